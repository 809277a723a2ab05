# Te pouaka pango: ngā mea o te pō i runga i te rārangi wā, me te pūrongo āwhina.

night-title = Te pō tae noa mai ki nāianei
night-title-tip = Ka whakaatu i ngā mea i pā i tēnei pō: te pāho, te pūrere oro, te hopu, te whatunga me ngā raru, ko te mea hou ki mua.
night-empty = Kāore anō tētahi mea kia pā.
night-retry = Whakamātauria anō ināianei
night-retry-tip = Ka pātai anō ināianei tonu ki tērā taha, kāore e tatari ki te wā e whai ake ana.
night-began = I tīmata a Kōrero { $version } i runga i { $system }.
night-device = He oro nō { $name }: { $inputs } ngā tāuru, { $rate } Hz, { $frames } ngā anga o ia karanga, { $realtime ->
        [yes] me te aronga tūturu
       *[no] kāore he aronga tūturu
    }.
night-device-away = Kua ngaro te pūrere oro.
night-device-none = Kāore he pūrere oro.
night-gap = E ngaro ana te { $milliseconds } ms o te oro: { $cause ->
        [device] nā te pūrere oro i ngaro ai
        [away] i ngaro te pūrere oro
       *[tap] he pōturi rawa tētahi kaipānui
    }.
night-recording = I tīmata te hopu.
night-recorded = Kua mutu te hopu.
night-on-air = Kei te pāho ki { $to }: e whakaū ana tērā taha.
night-reconnecting = Kua motu te pāho ki { $to } mō te wā poto; e hoki ana.
night-refused = E whakakāhore ana a { $to } i te kī, i te wāhitau rānei.
night-off-air = Kua mutu te pāho ki { $to }.
night-path = E haere ana te oro ki { $to } { $path ->
        [udp] mā te UDP tōtika.
        [tcp] mā te TCP: e ārai ana te whatunga i te UDP.
       *[relay] mā tētahi kaituku (TURN): e ārai ana te whatunga i te ara tōtika.
    }
night-ear = Tō tātou ake taringa ki { $to }: { $word }
night-rate = Ko te { $kilobits } kb/s te tere ki { $to } ināianei, i ngā mōkihi { $milliseconds } ms, e rite ana ki te kaha o te whatunga.
night-network = { $to }: { $kilobits } kb/s e puta ana{ $rtt ->
        [-1] {""}
       *[other] , { $rtt } ms te haere me te hoki
    }{ $lost ->
        [-1] {""}
       *[other] , { $lost } ōrau i ngaro
    }{ $listeners ->
        [-1] .
        [one] , kotahi te kaiwhakarongo.
       *[other] , { $listeners } ngā kaiwhakarongo.
    }
night-checked = I whakamātauria te whatunga ki { $to }. { $found }
night-ended = I mutu pai a Kōrero.
cli-report = Kei { $file } te pūrongo. Kāore he kī, kāore he oro i roto; tirohia i mua i te tuku.
fault-night-write = Kāore e taea te tuhi te rārangi wā o te pō ki { $file }: { $why }. Kei te haere tonu te hopu me te pāho.
    .remedy = Kāore he mahi ināianei. Whakawāteahia he wāhi ki reira i mua i te whakaaturanga e whai ake ana.
fault-night-lost = { $count ->
        [one] Kotahi te wā e ngaro ana i konei
       *[other] { $count } ngā wā e ngaro ana i konei
    }: he pōturi rawa te kōpae mō te rārangi wā. I haere tonu te hopu me te pāho.
    .remedy = I mua i te whakaaturanga e whai ake ana, tirohia he aha atu e whakamahi ana i te kōpae.
fault-night-read = Kāore he rārangi wā kei { $file } hei pūrongo: { $why }.
    .remedy = Tapaina he hopukanga mā --take, whakahaeretia rānei he whakaaturanga i te tuatahi.
fault-night-bundle = Kāore i taea te tuhi te pūrongo ki { $file }: { $why }.
    .remedy = Tapaina tētahi atu kōnae mā --out.
fault-night-none = Kāore anō he pō kia whakahaerehia hei pūrongo: kei te piako a { $folder }.
    .remedy = Tapaina he hopukanga mā --take, whakahaeretia rānei he whakaaturanga i te tuatahi.
