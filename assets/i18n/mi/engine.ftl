# He kōrero nā te pūranu.

fault-engine-gone = Kua mutu te pūranu. Kei te haumaru ngā mea kua hopukina.
    .remedy = Katia te taupānga, ka huaki anō ai.
fault-engine-strips = E { $strips } ngā aho o tēnei papa, e { $most } noa iho ka taea e te pūranu. Kāore te papa i panonihia.
    .remedy = Tangohia ētahi aho, ka whakamātau anō ai.
fault-engine-input = E hiahia ana te aho “{ $strip }” ki te tāuru { $input }, engari ko ngā tāuru kei te 1 ki te { $most }. Kāore te papa i panonihia.
    .remedy = Kōwhiria he tāuru kē mō taua aho.
fault-engine-twice = E rua ngā aho o tēnei papa he ōrite te tuakiri { $strip }. Kāore te papa i panonihia.
    .remedy = Hoatu he tuakiri kē ki tētahi i te kōnae papa.
fault-engine-taps = E { $most } kē ngā kaitango oro mai i te pūranu, kua kī. Ka haere tonu rātou me te kore raruraru.
    .remedy = Me mātua whakamutu tētahi, pērā i tētahi hopukanga.
fault-engine-tap-size = Kāore e taea e te pūranu te rāhui i tērā nui o te oro: { $channels } ngā hongere mō te { $seconds } hēkona. Ka haere tonu ērā atu mea katoa.
    .remedy = Kōwhiria kia 1 ki te { $most-channels } ngā hongere, kia kaua e neke atu i te { $most-seconds } hēkona.
fault-engine-busy = Kāore te pūranu i te whakautu. Ka haere tonu te oro pērā i mua.
    .remedy = Taihoa ake, ka whakamātau anō ai.
