# Tō mātou ake taringa: ko tā ngā kaiwhakarongo e rongo ai, ko tā te taupānga anō e rongo ai.

ear-name = Taringa ake
<<<<<<< HEAD
ear-off = Taringa kua weto
=======
ear-off = Taringa ake: weto
>>>>>>> all
ear-nowhere = Kāore e rongo: kāore he wāhitau hei whakarongo
ear-deaf = Kāore e rongo
ear-listening = E whakarongo ana
ear-heard = Kua rangona
ear-silent = Wahangū!
ear-mono = Taha kotahi!
ear-swapped = Kua whitia!
ear-late = Tōmuri!
ear-not-us = Ehara i a tātou!
ear-delay = { $milliseconds } ms
ear-address = { $name }: te wāhi whakarongo o te taupānga
ear-address-hint = Wāhitau WHEP mō te taringa ake
ear-tooltip = Ka whakarongo te taupānga ki tōna ake rere, pērā i te kaiwhakarongo, ka whakataurite ki tērā i tukuna.
cli-ear = taringa ake: { $verdict }
cli-ear-delay = taringa ake: { $verdict }, { $milliseconds } ms

fault-ear-silent = Kāore ngā kaiwhakarongo e rongo i tētahi mea, ahakoa kei te whakatangi koe. Kei te pai tonu te hopunga.
    .remedy = Tirohia te tūmau, wehe rānei i te pāho ka hoki anō.
fault-ear-mono = E rongo ana ngā kaiwhakarongo i te taha kotahi anake, ahakoa e rua ngā taha o tō whakatangi. Kei te pai tonu te hopunga.
    .remedy = Tirohia ngā mea kei waenganui i te taupānga me ngā kaiwhakarongo, pērā i te tūmau ka huri i te oro.
fault-ear-swapped = Kua whitia te mauī me te matau ki ngā taringa o ngā kaiwhakarongo. Kei te pai tonu te hopunga.
    .remedy = Tirohia ngā mea kei waenganui i te taupānga me ngā kaiwhakarongo, pērā i te tūmau ka huri i te oro.
fault-ear-late = E rongo ana ngā kaiwhakarongo i te oro kua neke atu i te rua hēkona te tawhito. Kei te pai tonu te hopunga.
    .remedy = Wehe i te pāho ka hoki anō; mēnā ka pērā tonu, tīmataria anō te tūmau.
fault-ear-not-us = E rongo ana ngā kaiwhakarongo i tētahi mea kāore koe e whakatangi ana. Kei te pai tonu te hopunga.
    .remedy = Tirohia mēnā kei te whakamahi tētahi atu i tō wāhitau me tō kī; tonoa he kī hou mai i te tūmau.
fault-ear-address = Ehara a { $url } i te wāhitau ka taea e te taupānga te whakarongo. Kei te pai tonu te whakaaturanga.
    .remedy = Tāruatia te wāhitau WHEP mai i te tūmau; ka tīmata ki te https:// ki te http:// rānei.
fault-ear-refused = Kāore a { $host } e tuku i te taupānga kia whakarongo ki te whakaaturanga. Kei te pai tonu te whakaaturanga.
    .remedy = Whakaaetia te whakarongo i te tūmau, whakawetoa rānei te taringa ake o te taupānga.
fault-ear-nothing = Kāore he mea hei whakarongo i { $host } i tēnei wāhitau. Kei te pai tonu te whakaaturanga.
    .remedy = Tirohia te wāhitau WHEP, whakawetoa rānei te taringa ake o te taupānga.
fault-ear-not-yet = Kāore anō a { $host } kia whakatangi i te whakaaturanga ki ngā kaiwhakarongo.
    .remedy = Tatari: ka whakarongo anō te taupānga ā ngā hēkona ruarua.
fault-ear-busy = Kāore a { $host } e tango kaiwhakarongo anō i tēnei wā. Kei te pai tonu te whakaaturanga.
    .remedy = Tatari: ka whakarongo anō te taupānga, aunoa.
fault-ear-unreachable = Kāore a { $host } e whakautu ana i ngā kaiwhakarongo.
    .remedy = Tirohia te whatunga. Ka whakarongo anō te taupānga, aunoa.
fault-ear-answer = Kāore te taupānga i mārama ki te whakautu a { $host } ki ngā kaiwhakarongo. Kei te pai tonu te whakaaturanga.
    .remedy = Tirohia mēnā he wāhitau WHEP tēnei.
fault-ear-media = E tuku ana a { $host } i te taupānga kia whakarongo, engari kāore he oro e tae mai ana.
    .remedy = Tirohia mēnā e tuku ana te whatunga i te UDP mai i te tūmau. Ka whakarongo anō te taupānga, aunoa.
fault-ear-lost = Kua ngaro te hononga e whakarongo ai te taupānga ki { $host }.
    .remedy = Kāore he mahi māu: ka whakarongo anō te taupānga, aunoa.
fault-ear-start = Kāore i taea te tīmata te taringa ake o te taupānga: { $reason }. Kei te pai tonu te whakaaturanga.
    .remedy = Whakawetoa te taringa ka whakakā anō; mēnā ka pērā tonu, tīmataria anō te taupānga.
