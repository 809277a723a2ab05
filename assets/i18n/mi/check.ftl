# Te whakamātau i te whatunga i mua i te whakaaturanga.

check-good = He pai mō te { $bitrate } kb/s taurua.
check-narrow = He pai mō te { $bitrate } kb/s taurua: tata ki te { $carries } kb/s ka taea e te whatunga te kawe.
    .remedy = Kōwhiria te { $bitrate } kb/s. Tērā pea ka nui ake mā te taura, kaua mā te Wi-Fi, mā tētahi atu whatunga rānei.
check-safest = Ka taea te { $bitrate } kb/s i ngā mōkihi roa: tata ki te { $carries } kb/s katoa ka taea e te whatunga te kawe.
    .remedy = Kōwhiria te “haumaru rawa” (20 ms) me te { $bitrate } kb/s. Tērā pea ka nui ake mā te taura, mā tētahi atu whatunga rānei.
check-thin = Tata ki te { $carries } kb/s ka taea e te whatunga te kawe, he iti iho i tā te puoro e hiahia ana: ka haere tonu te whakaaturanga, engari ka heke te kounga o te oro.
    .remedy = Whakamahia tētahi atu whatunga. Ki te kore, kōwhiria te “haumaru rawa” (20 ms) me te { $bitrate } kb/s, ā, kaua tētahi atu e whakamahi i tēnei.
check-lossy = Kāore i te ū: e { $loss } % o ngā mōkihi ka ngaro i te ara. Ka tukuna anō, ā, i ētahi wā ka rangona he āputa.
    .remedy = Whakamahia he taura, kaua te Wi-Fi, ka neke rānei kia tata ki te pouara. He wāhi mō te { $bitrate } kb/s.
check-bursts = Kāore i te ū: e { $loss } % o ngā mōkihi ka ngaro, he maha i te wā kotahi. Ka rangona he āputa e ngā kaiwhakarongo.
    .remedy = Whakamahia he taura, kaua te Wi-Fi, tētahi atu whatunga rānei. He wāhi mō te { $bitrate } kb/s.
check-uneven = Kāore i te ū: kāore i te ōrite te taenga mai o te oro, e { $jitter } ms te rerekē. Ka tōmuri te rongo, ā, ka rangona he āputa i te tīmatanga.
    .remedy = Whakamahia he taura, kaua te Wi-Fi, ka whakamutu rānei i ngā tikiake i tēnei whatunga. He wāhi mō te { $bitrate } kb/s.
check-over-tcp = Kua āraia te UDP i konei: ka haere te whakaaturanga mā te TCP, tata ki te { $later } ms te tōmuri. He wāhi mō te { $bitrate } kb/s.
    .remedy = Tonoa kia tukuna te UDP, whakamahia rānei tētahi atu whatunga, pērā i tō te waea.
check-relayed = Kua āraia te ara tōtika i konei: ka haere te whakaaturanga mā tētahi kaituku (TURN), tata ki te { $later } ms te tōmuri. He wāhi mō te { $bitrate } kb/s.
    .remedy = Tonoa kia tukuna te UDP, whakamahia rānei tētahi atu whatunga, pērā i tō te waea.
check-too-narrow = Tata ki te { $carries } kb/s ka taea e te whatunga te kawe: he iti rawa mō te whakaaturanga.
    .remedy = Whakamahia tētahi atu whatunga, pērā i te taura, i te waea rānei.
check-no-sound = E whakautu ana te tūmau, engari kāore te oro e tae ki reira: e ārai ana tēnei whatunga i ngā ara katoa.
    .remedy = Whakamahia tētahi atu whatunga, pērā i tō te waea, pātaihia rānei te kaimanaaki o te tūmau mēnā e tuwhera ana tana tauranga oro.
check-no-server = Kāore he ara ki te tūmau i konei.
    .remedy = Tirohia mēnā kei te ipurangi tēnei rorohiko, ā, mēnā e tika ana te wāhitau.

check-doing-direct = Kei te rapu i te ara tōtika, mā te UDP.
check-doing-tcp = Kei te rapu i tētahi ara mā te TCP.
check-doing-relay = Kei te rapu i tētahi ara mā te kaituku (TURN).
check-doing-sending = Kei te tuku i te { $bitrate } kb/s.
check-doing-waiting = Kei te tatari kia wātea anō te ara.
check-way-direct = UDP: i hono i roto i te { $connected } ms, e { $rtt } ms te haere me te hokinga mai.
check-way-tcp = TCP: i hono i roto i te { $connected } ms, e { $rtt } ms te haere me te hokinga mai.
check-way-relay = Kaituku (TURN): i hono i roto i te { $connected } ms, e { $rtt } ms te haere me te hokinga mai.
check-closed-direct = UDP: kua āraia.
check-closed-tcp = TCP: kua āraia.
check-closed-relay = Kaituku (TURN): kua āraia.
check-carries = Ka kawe i te { $kbps } kb/s me ngā pane katoa; e { $loss } % i ngaro, e { $jitter } ms te rerekē, e { $queue } ms te rārangi ina kī.
check-carries-all = Ka kawe i ngā mea katoa i whakamātauria, e { $kbps } kb/s me ngā pane katoa; e { $loss } % i ngaro, e { $jitter } ms te rerekē.
cli-check-stopped = Kua mutu. Kāore i mōhiotia te āhua o te whatunga.

fault-check-none = Kāore he whakamātau huna a { $host } i tēnei wāhitau. Kāore i tukuna he mea ki reira.
    .remedy = Tirohia te wāhitau. Ko ngā tūmau anake o Covers & Kōrero Live ka taea te whakamātau; ka whakaatu tētahi atu i te whakamātau ki te katoa.
fault-check-on-air = Kāore te whatunga e whakamātauria i te wā o te pāho: ka tango te whakamātau i tōna wāhi.
    .remedy = Whakamutua te pāho i te tuatahi, tirohia rānei ngā tau o te whakaaturanga.

check-begin = Whakamātauria te whatunga
check-named = { $name }: whakamātauria te whatunga
check-tip = Ka tuku oro mō te rua tekau hēkona e kore e rangona, ka kī mai he aha te pai o te whakaaturanga
check-not-on-air = Kaua i te wā o te pāho: ka tango te whakamātau i tōna wāhi
check-only-ours = Ko ngā tūmau anake o Covers & Kōrero Live ka taea te whakamātau: ka whakaatu ētahi atu i te whakamātau ki te katoa
check-stop = Whakamutua te whakamātau
check-take = Whakamahia ēnei tautuhinga
check-put-away = Waiho
