shelf-panel = Hopukanga
shelf-panel-tip = Ngā mea i hopukina: tirohia, whakarongohia, tapaina, kaweake, tukuna ki te pūranga.
shelf-looking = E rapu ana…
shelf-empty = Kāore anō tētahi mea kia hopukina.
shelf-begin = Ka rārangitia ki konei ngā mea ka hopukina e koe, ko te mea hou i te tuatahi.
shelf-choose = Kōwhiria tētahi hopukanga kia kite, kia rongo.
shelf-row = { $take }, { $facts }, { $state }
shelf-facts = { $began } · { $length } · { $size }
shelf-whole = kei te pai
shelf-busy = e hopu ana
shelf-interrupted = i haukotia
shelf-recovered = kua whakaorangia, { $seconds } hēk i ngaro
shelf-unreadable = kua pakaru te hātaka
shelf-gaps = { $count ->
    [one] 1 te wahangū
   *[other] { $count } ngā wahangū
}
shelf-title = Taitara
shelf-artist = Kaipuoro
shelf-loud = Kaha o te oro
shelf-loudness = { $lufs } LUFS · { $peak } dBTP
shelf-position = Kei { $at } o { $length }
shelf-reading = E pānuitia ana te oro: { $percent } %
shelf-not-ended = Ka kitea, ka rangona ina mutu te hopu.
shelf-no-picture = Kāore i taea te oro te pānui, nō reira kāore he pikitia. Pēhia a “Tirohia”: ka kī mai ko tēhea kōnae te hē, me aha hoki.
shelf-no-sound = Kāore he oro i tēnei hopukanga.
shelf-play = Whakarongo
shelf-silence = Kāti te whakarongo
shelf-play-tip = Ka whakatangihia te hopukanga ki ngā taringa rongo, mai i te rārangi. Kāore te hunga whakarongo me te hopu e rongo. He rite te mahi a te pātuhi mokowā i te pikitia o te oro.
shelf-export = Kaweake
shelf-export-tip = Ka hangaia he kōnae: mō ia waiata, mō te katoa rānei.
shelf-send = Ki te pūranga
shelf-send-tip = Ka tukuna te kape matua kore-ngaro ki te tūmau o te whakaaturanga. Ki te motu ka haere tonu mai i taua wāhi, ā, ka āta haere i a koe e pāho ana.
shelf-verify = Tirohia
shelf-verify-tip = Ka pānuitia ia kōnae, ka whakatauritea ki tērā i hopukina.
shelf-reveal = Whakaaturia te kōpaki
shelf-reveal-tip = Ka whakaaturia ngā kōnae i te pūwhakahaere kōnae.
shelf-reveal-files = Whakaaturia ngā kōnae
shelf-bin = Ki te ipupara
shelf-bin-sure = Pēhia anō
shelf-bin-tip = Ka nekehia te hopukanga ki te ipupara o te pūnaha, ka taea te whakahoki mai i reira. Kia rua ngā pēhinga.
shelf-not-now = Kaua i te wā e hopukina ana, e mahia ana rānei tētahi atu mahi.
shelf-cut-songs = Ia waiata
shelf-cut-whole = Te katoa ki te kōnae kotahi
shelf-matched = He kape kei te { $lufs } LUFS
shelf-matched-tip = Ki te taha o ngā kōnae kāore i pāngia: he kape e ōrite ana te kaha, kāore he tihi ki runga ake i te −1 dBTP.
shelf-fade-in = Piki haere, hēk
shelf-fade-out = Heke haere, hēk
shelf-start = Kaweake ināianei
shelf-start-tip = Kāore rawa tētahi mea kei reira kē e tuhirua.
shelf-verifying = E tirohia ana ngā kōnae katoa…
shelf-exporting = E kaweake ana i a { $name }
shelf-sending = E tukuna ana ki te pūranga: { $percent } %
shelf-binning = E nekehia ana ki te ipupara…
shelf-stop = Kāti
shelf-stop-tip = Ka noho tonu ngā mea kua oti.
shelf-good = E rite ana ngā kōnae katoa ki tērā i hopukina.
shelf-sent = Kei te pūranga te kape matua.
shelf-binned = Kei te ipupara a { $take }.
shelf-exported = { $files ->
    [one] 1 te kōnae kei “{ $folder }”.
   *[other] { $files } ngā kōnae kei “{ $folder }”.
}
shelf-history = Ngā mea i pā mai
