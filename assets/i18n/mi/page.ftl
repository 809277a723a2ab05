# The listener's page.

page-product = Covers & Kōrero Live
page-tab-home = E pāho ana · Covers & Kōrero Live
page-tab-artist = { $artist } · Covers & Kōrero Live
page-tab-live = Mataora: { $artist } · Covers & Kōrero Live

page-play = Whakatangihia
page-stop = Whakamutua
page-play-artist = Whakatangihia: { $artist }
page-stop-artist = Whakamutua: { $artist }
page-volume = Te kaha o te oro

# What is going on, in a word or two, and one sentence below it.
page-state-looking = Taihoa
page-state-looking-line = E kimi ana i tēnei ringatoi. Ka taea te pēhi i te Whakatangihia ināianei.
page-state-ready = E pāho ana ināianei
page-state-ready-line = Pēhia te Whakatangihia kia rongo koe.
page-state-away = Kua haukotia
page-state-away-line = Kua ngaro te hononga o te ringatoi. Pēhia te Whakatangihia, ka waiho i te whārangi kia tuwhera: ka hoki aunoa mai te oro.
page-state-away-wanted-line = Kua ngaro te hononga o te ringatoi. Ka rangona aunoatia te oro i tōna hokinga mai.
page-state-waiting = Kāore anō kia pāho
page-state-waiting-line = Pēhia te Whakatangihia, ka waiho i te whārangi kia tuwhera: ka rangona aunoatia te orotahi tuatahi.
page-state-waiting-wanted-line = Ka rangona aunoatia te orotahi tuatahi. Waiho tēnei whārangi kia tuwhera.
page-state-connecting = E hono ana
page-state-connecting-line = Kei te haere mai te oro.
page-state-live = Mataora
page-state-live-line = E whakarongo mataora ana koe.
page-state-reconnecting = E hono anō ana
page-state-reconnecting-line = I haukotia te oro. Ka hoki aunoa mai.
page-retry = Whakamātauria ināianei
page-state-ended = Kua mutu te whakaaturanga
page-state-ended-line = Ngā mihi mō tō whakarongo mai.
page-state-ended-wanted-line = Ngā mihi mō tō whakarongo mai. Ki te tīmata anō te puoro, ka tangi aunoa mai.
page-state-missing = Kāore he ringatoi i tēnei wāhitau
page-state-missing-line = Tirohia anō te hono, tirohia rānei ko wai e pāho ana.
page-state-blocked = E puritia ana te oro
page-state-blocked-gesture-line = E tatari ana tō pūtirotiro ki a koe. Pēhia anō te Whakatangihia.
page-state-blocked-browser-line = Kāore tēnei pūtirotiro e āhei ki te whakatangi oro mataora. Huakina te hono i tētahi Chrome, Edge, Firefox, Safari hou rānei.
page-state-blocked-network-line = Ka tukuna te whārangi e tēnei whatunga, engari kāore te oro mataora. Ka whakamātau tonu te kaiwhakatangi; tērā pea ka pai mā te raraunga pūkoro, mā tētahi atu whatunga rānei.
page-state-blocked-full-line = Kua kī ngā tūru katoa ināianei. Ka whakamātau tonu te kaiwhakatangi, ā, ka whakauru aunoa i a koe.
page-state-offline-line = Kāore e taea te tūmau te toro ināianei. Ka whakamātau tonu te kaiwhakatangi.

page-listeners = { $count ->
    [0] Kāore anō tētahi kia whakarongo mai
    [one] Kaiwhakarongo: { $count }
   *[other] Kaiwhakarongo: { $count }
}
page-on-air-for = Te roa o te pāho: { $time }

page-details = Ngā tatauranga o te oro
page-details-idle = Ka puta ngā tatauranga i a koe e whakarongo ana.
page-figure-stage = Mai i te atamira ki tēnei whārangi
page-figure-player = Te tōmuri o tēnei kaiwhakatangi
page-figure-buffer = E tatari ana i te parenga
page-figure-trip = Te haerenga ki te tūmau me te hokinga mai
page-figure-bitrate = Te oro kua tae mai
page-figure-lost = Ngā mōkihi kua ngaro
page-figure-concealed = Te oro kua whakakīia
page-figure-jitter = Te hārakiraki o te taenga mai
page-figure-left = Te tihi, mauī
page-figure-right = Te tihi, matau
page-unit-ms = { $value } ms
page-unit-kbps = { $value } kbit/s
page-unit-percent = { $value } %
page-unit-db = { $value } dBFS
page-unit-unknown = kāore i te mōhiotia

page-home = E pāho ana ināianei
page-home-empty = Kāore he tangata e pāho ana i tēnei wā.
page-home-others = Ētahi atu ringatoi
page-home-looking = E kimi ana ko wai e pāho ana.
page-home-unreachable = Kāore e taea te tūmau te toro ināianei. Ka hoki aunoa mai tēnei rārangi.
page-lost = Karekau he mea i tēnei wāhitau
page-lost-line = Tirohia anō te hono, tirohia rānei ko wai e pāho ana.
page-see-who = Tirohia ko wai e pāho ana

page-language = Te reo
page-language-en = English
page-language-mi = Te reo Māori
