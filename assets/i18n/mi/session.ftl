# Ngā hiahia kāore e taea ināianei.

fault-session-no-device = Kāore anō he pūrere oro kia kōwhiria, nō reira kāore anō he mea hei whakarongo.
    .remedy = Kōwhiria tō pūrere oro i runga.
fault-session-no-target = Kāore te taupānga e mōhio ana ko whea te whakaaturanga e haere ai.
    .remedy = Tuhia te wāhitau me te kī i hoatu e tō tūmau, e tō wāhi whakaatu rānei.
fault-session-too-many-strips = Kua kī te papa: e { $most } ōna aho.
    .remedy = Tangohia tētahi aho kāore e whakamahia ana e koe.
fault-session-solo-in-place = Mā te anake ki te wāhi e whakangū te whakaaturanga, nō reira kua weto i a koe e pāho ana, e hopu ana rānei. Ka rangona ki ngā taringa anake ngā mea ka whakaanaketia e koe; kāore te whakaaturanga i rerekē.
    .remedy = Whakamahia i te whakamātautau oro, i te wā kāore e pāho, kāore e hopu.
fault-session-too-many-scenes = Kua { $most } kē ngā whakaritenga; kāore e taea te tiaki atu anō.
    .remedy = Tangohia tētahi whakaritenga kāore e whakamahia ana e koe, tiakina rānei te papa ki tētahi kei reira.
fault-session-too-many-presets = Kua { $most } kē āu ake tautuhinga; kāore e taea te tiaki atu anō.
    .remedy = Tiakina ki te ingoa o tētahi kāore e whakamahia ana e koe.
fault-session-not-recording = Kāore he mea e hopukina ana, nō reira kāore he mea hei tohu.
    .remedy = Me mātua tīmata te hopu.
fault-session-markers = E { $most } ngā tohu o tēnei hopukanga; koinei te nui rawa ka uru ki te kōnae. Ka haere tonu te hopu.
    .remedy = Me mutu, ka hopu anō ai, ki te hiahia koe kia nui ake.
fault-session-no-phones = Kāore he mea hei whakarongo: kāore he pūrere oro e rere ana, kāore rānei he taringa rongo i kōwhiria.
    .remedy = Kōwhiria te pūrere oro me ngā taringa rongo i runga.
fault-session-shelf-busy = Kei te mahia tonu tētahi atu mahi ki tētahi hopukanga.
    .remedy = Tatari kia oti, whakamutua rānei.
fault-session-records-on-air = Ka hopukina i ngā wā katoa ngā mea e pāhotia ana, nō reira ka haere tonu te hopu.
    .remedy = Me wehe i te pāho i te tuatahi, kātahi ka whakamutu ai.
