# Te rārangi tono.

cli-version = korero { $version }
cli-help =
    Covers & Kōrero Live

    korero                        whakatuwhera i te matapihi
    korero devices [--json]       rārangitia ngā pūrere oro
    korero air --to URL …         pāho me te kore matapihi; ka taea te “--to” e whā ngā wā: he wāhitau WHIP (https://…),
                                  he icecast://tūmau:8000/tūwāhi rānei
        --key-file FILE           te kī pāho o te wāhitau i mua, kei tētahi kōnae māu anake e pānui; ki te kore,
                                  KORERO_KEY (mō te tuatahi), ko te kī rānei i tiakina e te matapihi
        --desk FILE               te papa whakaranu; ki te kore, ka noho ia tāuru hei aho
        --record DIR              te wāhi ki a ia te pūmatua moka-24
        --inputs --groups --cues  hopukina hoki ia tāuru maroke, ngā rōpū, ngā whakaranunga mō ngā taringa
        --float --file-per-track  moka-32 tau rewa; he kōnae mō ia tāuru, mō ia takirua hoki
        --mirror DIR              tuhia ngā mea katoa ki tētahi kōpae tuarua hoki
        --fail-over DIR           haere tonu ki reira ina raru te kōpae tuatahi
        --rolling SECONDS         puritia ēnei hēkona o mua ki te kōpae; ka tatari a “record” kia pēhia te Enter
        --pre-roll SECONDS        ka tīmata te hopukanga i mua atu i tērā, 10 hēkona ki te kore e kīia
        --host cpal:ID            he pūrere oro, mā te id e rārangitia ana e “devices”
        --host scripted:FILE      he oro maha, he tuhinga rānei hei whakakapi i te pūrere oro
        --for SECONDS             whakamutua i muri i taua wā
        --bitrate BITS            o te wāhitau i mua, 64000 ki te 510000, 256000 ki te kore e kīia; ka iti iho ina
                                  kāore e taea e te whatunga
        --safest                  ka tukuna he mōkihi 20 ms ki te wāhitau i mua: pai rawa mō te whatunga kino
        --frames N                ngā anga o ia karanga, 16 ki te 8192
        --ear URL                 te wāhitau WHEP hei whakarongo ki a ia anō, mō te tūmau kē
        --no-ear                  kaua e whakarongo ki te whakaaturanga pērā i ngā kaiwhakarongo
        --title TEXT --artist TEXT
        --monitor ID              ngā taringa
        --stats FILE.json         tuhia ngā mea i pā i te mutunga
    korero check --to URL         e rua tekau hēkona e kore e rangona: he aha te pai o te whakaaturanga i tēnei whatunga
        --key-file FILE --json    pērā i te “air”; ka mutu ki te 0 ina pai, te 1 ina whāiti, te 2 ina kore he ara
    korero record [--mix] [--inputs] --into DIR …   hopu anake, kāore he whatunga
    korero render --desk FILE --in FILE… --out MIX.wav
                                  whakaranua he oro maha (WAV, FLAC) me te kore pūrere oro; ka noho tahi ngā kōnae maha
        --stems DIR               ia aho, ia rōpū, ia hokinga anō hoki, ōna kotahi
        --cues DIR                ngā whakaranunga mō ngā taringa anō hoki
        --scene NAME              karangahia tuatahitia taua whakaritenga
        --scenes FILE             ngā whakaritenga; ki te kore, ko ērā o te matapihi
        --preset STRIP=PRESET     hoatu tuatahitia he tautuhinga ki tētahi aho; ka taea te kī mō ngā aho maha
    korero takes upload TAKE|FILE --to URL
                                  tukua ake tētahi hopukanga matua (WAV, FLAC) ki te pūranga o te tūmau
        --key-file FILE           te kī pāho, pērā i tō “air”
        --performance ID          te whakaaturanga, ki te kore te hopukanga e whakaatu
    korero setup                  whakarongo i a koe e whakatangi ana, ka kī mai he aha ia tāuru
        --host … --seconds N --json
        --desk FILE               tuhia he papa me ēnei aho
    korero takes list [DIR]       rārangitia ngā hopukanga, ko te mea hou ki mua; mā “show DIR” ka kitea ngā mea katoa mō tētahi
    korero takes verify [DIR]     tirohia ia kōnae, kia rite ki tērā i hopukina
    korero takes repair [DIR]     whakatikahia ngā mea i mahue i te pakarutanga, i te motunga hiko rānei
    korero takes export TAKE      tuhia ōna waiata hei kōnae ki te kōpaki “Songs” o te hopukanga
        --songs | --whole         he kōnae mō ia waiata (i waenga i ngā tohu), kotahi rānei mō te katoa
        --as wav,flac,opus        ngā āhua: WAV moka-24, FLAC moka-24, Ogg Opus
        --fade-in S --fade-out S  memehatanga e hia nei ngā hēkona; mā --head S --tail S ka tāpirihia ngā mea huri noa
        --matched                 he tārua anō hoki kua whakaritea te kaha
        --loudness LUFS           o aua tārua, -40 ki te -6; -16 ki te kore e kīia
        --ceiling DBTP            te tepe o ōna tihi tūturu, -9 ki te -0.1; -1 ki te kore e kīia
        --bitrate BITS            o Opus, 192000 ki te kore e kīia
        --file PART               mix, inputs, groups, “cue 1” rānei; ko “inputs 3” tētahi ara ōna
        --into DIR                he kōpaki kē
    korero takes rename DIR [--artist NAME] [--title NAME]
                                  tapaina anō he hopukanga; ka noho tonu te oro o roto
    korero takes bin DIR          hoatu he hopukanga ki te ipupara o te pūnaha
    korero report [--take DIR]    kōrerohia ngā mea i pā i te pō o nāianei, i te pō rānei o tētahi hopukanga
        --out FILE.zip            te wāhi mō te pūrongo mā te kaiāwhina; kāore he kī, kāore he oro i roto
    korero desk new               tāia he kōnae papa whai kōrero
    korero desk check FILE        kīa mai mēnā he pai te kōnae papa
    korero desk presets           rārangitia ngā tautuhinga mō ngā hongere

    Mā KORERO_LANGUAGE=en ka kōrero Ingarihi.
cli-device = { $id }  { $name }  ({ $inputs } ki roto, { $outputs } ki waho)
cli-no-devices = Kāore i kitea he pūrere oro.
cli-preset = { $id }  { $name }
cli-desk-good = He papa pai a { $file }, e { $strips } ōna aho.
cli-running = Ka ahu mai te oro i { $name }: { $inputs } ngā tāuru, { $rate } Hz, { $frames } ngā anga o ia karanga.
cli-away = Kua ngaro te pūrere oro. Kei te rapua; ka haere anō te whakaaturanga ina hoki mai.
cli-recording = E hopu ana ki { $files }
cli-on-air = Kei te pāho.
cli-connecting = E hono ana ki { $url }
cli-reconnecting = Kua motu te pāho mō te wā poto; e hoki ana.
cli-listen = Mō ngā kaiwhakarongo: { $url }
cli-ending = E whakamutu ana i te whakaaturanga.
cli-recorded = Kei { $files } te hopunga.
cli-takes-none = Kāore he hopukanga kei { $folder }.
cli-take = { $take }  { $length }  { $state ->
        [whole] kei te ora katoa
        [busy] e hopukina ana
        [open] kāore anō kia mutu
       *[recovered] kua whakaorangia, e { $lost } hēkona i ngaro
    }
cli-take-places = hopukanga { $id }
cli-take-file = { $file }: { $part }, { $channels } ngā hongere, { $frames ->
        [-1] kāore anō kia mutu
       *[other] { $frames } ngā anga
    }, { $gaps } ngā āputa
cli-take-performance = i pāhotia hei whakaaturanga { $id }
cli-take-loudness = { $file }: { $lufs } LUFS, tihi tūturu { $peak } dBTP
cli-take-quiet = { $file }: kāore he oro o roto e kaha ana kia inea
cli-take-reading = E pānui ana i a { $file } kia kotahi, hei ine.
cli-take-moment = { $at }  { $clock }  { $what }
cli-take-renamed = Kei { $folder } te hopukanga
cli-take-binned = Kei te ipupara o te pūnaha a { $take }.
cli-take-good = { $take }: kei te ora ngā kōnae katoa.
cli-take-recovered = { $take }: kua whakaorangia, e { $lost } hēkona i ngaro.
cli-take-left-alone = Ehara a { $file } i a mātou, kāore rānei i reira; i waiho kia pērā.
cli-takes-nothing-to-mend = Kāore he mea hei whakatika.
cli-rendered = { $file }: { $seconds } hēkona, { $speed } whakareatanga te tere ake i te tangihanga.
cli-rendered-levels = { $lufs } LUFS, tihi tūturu { $peak } dBTP; { $reduction } dB te mōrahi i tangohia e te tepe.
cli-setup-listening = E whakarongo ana ki ngā tāuru { $inputs } o { $name } mō te { $seconds } hēkona. Whakatangihia ia taonga, tētahi i muri i tētahi, kia rite te kaha ki tō te whakaaturanga.
cli-setup-input = Tāuru { $input }
cli-setup-inputs = Tāuru { $first }-{ $last }
cli-setup-mono = { $name }: { $average } dBFS te toharite, { $peak } dBFS te tihi. Uru { $trim } dB.
cli-setup-pair = { $name }: he tokorua taha-rua, { $average } dBFS te toharite, { $peak } dBFS te tihi. Uru { $trim } dB.
cli-setup-inverted = { $name }: he tokorua taha-rua, kua huri te pito o tētahi taha, { $average } dBFS te toharite, { $peak } dBFS te tihi. Uru { $trim } dB, ka whakahoki ai i te pito o tētahi taha.
cli-setup-silent = Kāore he oro i tae ki: { $inputs }
cli-setup-loopback = Ka whakahokia mai e ēnei te oro o te rorohiko, nō reira ka waiho: { $inputs }
cli-setup-sum = Ki te tangi tahi, ka pakaru te oro: whakahekea te whakaranunga mā te { $over } dB.
cli-setup-desk = Kei { $file } te papa
cli-upload-hashing = E pānui ana i a { $file } kia kotahi, kia taea ai te whakamātau i tōna taenga.
cli-upload-safe = Kei te haumaru te { $percent } % o te { $mib } MiB i te pūranga.
cli-upload-slow = Kei te haumaru te { $percent } % o te { $mib } MiB i te pūranga. Kei te pāho koe, nō reira ka āta haere te tukuake.
cli-upload-waiting = Kāore te tūmau e whakautu mai. Ka uia tonutia; kāore he mea i ngaro.
cli-upload-checking = Kua tae ngā mea katoa; kei te whakatairite te tūmau ki te hopukanga.
cli-uploaded = Kei te pūranga, ia moka: { $url }
cli-upload-stopped = Kua okioki te tukuake. Mā te whakahau anō ka haere tonu i reira.
cli-upload-lossless = E hanga ana i te pūmatua korengaro o { $file } (FLAC), e tirotiro ana rānei i tērā kei reira.
cli-upload-recording = Ka haere a { $file } ki te pūranga, me tōna āhua anō: kāore a FLAC e pupuri i te moka-32 tau rewa, i ngā hongere neke atu i te 8 rānei.
cli-export-progress = { $nth } o te { $of }  { $name }: { $step ->
        [measuring] e ine ana
        [checking] e tirotiro ana
       *[writing] e tuhi ana
    } { $percent } %
cli-exported = { $file }
cli-exported-levels = { $file }: { $lufs } LUFS, tihi tūturu { $peak } dBTP
cli-export-stopped = Kua mutu te kaweake. Kei te oti ngā kōnae kua whakahuatia ake nei; kāore he mea i mahue o ērā atu.

fault-cli-nothing-heard = Kāore he oro i tae ki ngā tāuru.
    .remedy = Tirohia ngā taura me te kaha o te pūrere oro, whakatangihia, ka pātai anō.
fault-cli-unknown = Kāore he tikanga o “{ $word }” ki konei.
    .remedy = Ka rārangitia ngā tono katoa e “korero help”.
fault-cli-missing = Kei te ngaro a { $flag }.
    .remedy = Ka whakaaturia e “korero help” te tuhinga.
fault-cli-no-value = Me whai uara a { $flag }.
    .remedy = Ka whakaaturia e “korero help” ko ēhea.
fault-cli-value = Kāore e taea te “{ $value }” hei uara mō { $flag }.
    .remedy = Ka kī te “korero help” i tōna whānuitanga.
fault-cli-no-scene = Kāore he whakaritenga ko “{ $scene }” te ingoa kei { $file }. Kāore he mea i tuhia.
    .remedy = Ko ēnei kei reira: { $list }
fault-cli-no-strip = Kāore he aho ko “{ $strip }” te ingoa kei te papa. Kāore he mea i tuhia.
    .remedy = Whakaingoatia tētahi mā tōna id: { $list }
fault-cli-no-preset = Kāore he tautuhinga ko “{ $preset }” te ingoa. Kāore he mea i tuhia.
    .remedy = Ka rārangitia e “korero desk presets”.
fault-cli-stats = Kāore i taea te tuhi ngā tauanga ki { $file }: { $why }. Kei te haumaru te hopunga.
    .remedy = Kōwhiria he wāhi ka taea te tuhi.
fault-cli-never-on-air = Kua mutu te whakaaturanga, kāore rawa i pāho. Kei te haumaru ngā mea i hopukina.
    .remedy = Tirohia te wāhitau { $url } me te haere o te tūmau.
fault-cli-nothing-recorded = Kua mutu te whakaaturanga, kāore he mea i hopukina: kāore he oro i tae mai, kāore rānei te kōpae i tango.
    .remedy = Tirohia te pūrere oro me te kōpaki mō ngā hopukanga.
fault-cli-recording-short = Kei te ngaro ētahi oro i te hopukanga nā te mea kāore te kōpae i tango i te wā tika. Kei te haumaru ngā mea kei te kōpae.
    .remedy = Whakawāteahia te kōpae, hopukina rānei ki tētahi kōpae tere ake; kei te hātaka i te taha o te hopukanga ia āputa.
fault-cli-signal = Kāore i taea te hopu te Ctrl-C: { $why }.
    .remedy = Whakamutua mā --for.
fault-cli-no-interface = Kāore i kitea he pūrere oro whai tāuru.
    .remedy = Honoa tētahi, tangohia rānei he kōnae: --host scripted:FILE
fault-cli-several-interfaces = He maha ngā pūrere oro: { $list }.
    .remedy = Whakaingoatia tētahi: --host cpal:ID
