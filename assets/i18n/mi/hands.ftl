# Te papa kei ngā ringa o te kaiwaiata: te tirohanga pāho, te raka, te rapu, ngā pātuhi, te rahi, ngā kōrero ā-waha.

# Te tirohanga pāho
hands-air-view = Atamira
hands-air-view-tip = Te matapihi katoa mā te tangata e whakatangi ana, me te hoki ki te papa.
hands-desk = Papa
hands-next-song = Waiata whai ake
hands-next-song-tip = Ka tīmata te waiata whai ake: ka tohua, ka karangahia te whakaritenga nō rāua te ingoa kotahi.
hands-next = Whai ake
hands-next-named = Waiata whai ake: { $song }
hands-last-song = Koirā te waiata whakamutunga
hands-song-now = Nāianei
hands-song-now-named = Nāianei: { $song }
hands-no-song-yet = I mua i te waiata tuatahi
hands-song-back = Hoki
hands-song-back-tip = Hoki kia kotahi te waiata: kāore ngā tohu me ngā tautuhinga e rerekē.
hands-no-songs = Kāore anō he waiata. Tuhia te rārangi waiata ki konei, puritia rānei he whakaritenga ki te papa: ka noho ia whakaritenga hei waiata.
hands-set-list = Rārangi waiata
hands-set-list-tip = Ngā waiata o te pō, i tō rātou raupapa.
hands-set-list-hint = Kia kotahi te waiata ki ia rārangi.
hands-set-list-keep = Puritia
hands-set-list-leave = Waiho kia pērā tonu
hands-disk = Kōpae e toe ana
hands-disk-off = kāore e hopu ana
hands-ear-waits = ka whakarongo ina pāho

# Te raka
hands-lock = Rakaina
hands-lock-tip = Ka rakaina tēnei matapihi mō te atamira. Ko te waiata whai ake, te tohu me te wewete anake ka mahi.
hands-leave-locked = Kua rakaina tēnei matapihi. Ka katia tonu? Kāore he whakaaturanga e rere ana, kāore he mea e ngaro.
hands-leave-close = Katia te matapihi
hands-locked = Kua rakaina. Ko te waiata whai ake, te tohu me te wewete anake ka mahi.
hands-locked-surfaces = Kua rakaina, me ngā papa whakahaere anō. Ko te waiata whai ake, te tohu me te wewete anake ka mahi.
hands-locked-surfaces-work = Kua rakaina. Ko te waiata whai ake, te tohu me te wewete anake ka mahi i konei; ka mahi tonu ngā papa whakahaere.
hands-unlock = Wewete: pupuritia te { $keys }

# Te rapu
hands-palette = Kimihia he mahi
hands-palette-tip = Ka rārangitia ngā mea katoa ka taea te tono, me ō rātou pātuhi.
hands-palette-hint = He mahi, he hongere, he whakaritenga rānei
hands-palette-none = Kāore he mea e kīia ana pēnā.
hands-palette-hold = Kāore e rawaka te pēhi mō tēnei: pupuritia te { $keys }, tōna pātuhi rānei i te mata.
hands-palette-open = Tuwheratia a { $channel }
hands-palette-mute = Whakakāngia te ngū o { $channel }
hands-palette-unmute = Whakawetohia te ngū o { $channel }
hands-palette-solo = Whakakāngia te anake o { $channel }
hands-palette-unsolo = Whakawetohia te anake o { $channel }
hands-palette-strip = Hongere { $number }

# Te whakarongo
hands-removed = Whakarongo ki ngā mea ka tangohia
hands-removed-tip = Ka puta ki ō taringa rongo ko ngā mea anake ka tangohia e te whakakore pīoro o te hongere e tuwhera ana, ko ngā mea katoa anō rānei.

# Ngā pātuhi
hands-keys-tip = Ka whakaatu ko tēhea pātuhi mō tēhea mahi, ka tango i ētahi atu.
hands-keys-change = { $action }: { $keys }. Pēhia kia kōwhiria he pātuhi kē
hands-keys-press = Pēhia · Esc
hands-keys-taken = Kua riro kē te { $keys } i a “{ $action }”. Kōwhiria he pātuhi kē, hoatu rānei he pātuhi kē ki tērā i te tuatahi.
hands-keys-needed = E hiahiatia ana te { $keys } mō te patopato me te huri. Kōwhiria he pātuhi F, pupuritia rānei te Ctrl, te Alt rānei ki tōna taha.
hands-keys-usual-all = Ngā pātuhi tūturu katoa anō
hands-keys-fixed = He ōrite i ngā wā katoa: mā te Tab me ngā pere e haere i tētahi mea ki tētahi atu, mā te Space me te Enter e pēhi, mā te Esc e kati.

# Te rahi
hands-scale = Te rahi { $percent }
hands-scale-waits = Kua kōwhiria te { $percent }: ka ō ki te matapihi rahi ake.
hands-larger = Kia rahi ake
hands-larger-tip = Ka whakaaturia ngā mea katoa kia rahi ake.
hands-smaller = Kia iti iho
hands-smaller-tip = Ka whakaaturia ngā mea katoa kia iti iho.
hands-usual-size = Rahi tūturu
hands-usual-size-tip = Ka whakaaturia ngā mea katoa ki tō rātou rahi tūturu.

# Ngā kōrero ā-waha
hands-news-on-air = Kei te pāho.
hands-news-off-air = Kua mutu te pāho.
hands-news-connecting = E hono ana ki te pāho.
hands-news-reconnecting = Kua motu te pāho mō te wā poto, e hoki mai ana.
hands-news-refused = E kore te tūmau e whakaae ki te whakaaturanga.
hands-news-recording = E hopu ana.
hands-news-recorded = Kua mutu te hopu.
hands-news-marked = Kua tāpiritia te tohu { $mark }.
hands-news-unlocked = Kua wetea te raka.
hands-news-removed = E puta ana ki ō taringa rongo ko ngā mea anake ka tangohia e te whakakore pīoro.
hands-news-all-heard = E puta anō ana ngā mea katoa ki ō taringa rongo.
