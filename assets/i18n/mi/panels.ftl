# Ngā paewhiri kei raro i ngā hongere: te whakahoki, ngā tautuhinga, ngā whakaritenga, ngā ine, te kaiāwhina.

# Te whakahoki, te mahi anō, te tārua
edit-undo = Whakahokia
edit-undo-tip = Ka whakahokia te panonitanga whakamutunga o te papa.
edit-undo-named = Whakahokia: { $edit }
edit-undo-none = Whakahokia: kāore he mea hei whakahoki
edit-redo = Mahia anō
edit-redo-tip = Ka mahia anō te mea i whakahokia.
edit-redo-named = Mahia anō: { $edit }
edit-redo-none = Mahia anō: kāore he mea i whakahokia
edit-copy = Tāruatia ngā tautuhinga katoa
edit-copy-key = Tārua
edit-copy-tip = Ka tāruatia ngā tautuhinga katoa o te hongere kua tohua.
edit-paste = Whakapiria ngā tautuhinga kua tāruatia
edit-paste-key = Whakapiri
edit-paste-tip = Ka ōrite te hongere kua tohua ki tērā i tāruatia; kāore e rerekē tōna ingoa, ōna urunga me tōna anake.
edit-paste-of = Whakapiria ngā tautuhinga o { $strip }
edit-paste-none = Whakapiri: kāore anō he hongere kia tāruatia
edit-add = te tāpiri hongere
edit-remove = te tango i a { $strip }
edit-rename = te ingoa o { $strip }
edit-hue = te tae o { $strip }
edit-feed = te urunga o { $strip }
edit-key = te kī o { $strip }
edit-pasted = te whakapiri ki a { $strip }
edit-preset = te tautuhinga { $preset } ki a { $strip }
edit-recall = te whakaritenga { $scene }
edit-setup = ngā kitenga a te kaiāwhina
edit-whole = te papa katoa

# Ngā tautuhinga
preset-of = { $strip }: tautuhinga
preset-none = Kāore he tautuhinga
preset-tip = Ka whakaritea ngā mea katoa, hāunga te piki, te tōmuri, te kaha me ngā tuku. Mā te whakahoki e hoki mai ai ngā mea o mua.
preset-locked-name = { $name } (pānui anake)
preset-read-only = He putanga hou ake i tuhi i tēnei tautuhinga. Ka taea te whakamahi; kāore e whakarerekēhia.
preset-keep = Tiakina hei…
preset-keep-tip = Ka tiakina ngā tautuhinga o tēnei hongere hei tautuhinga māu.
preset-name = Te ingoa o te tautuhinga
preset-with-fader = Me te kaha me te taha
preset-save = Tiakina
preset-replace = Whakakapia

# Ngā whakaritenga
scene-panel = Whakaritenga
scene-panel-tip = Te papa katoa ki raro i te ingoa, hei karanga anō i taua wā tonu, mā te rere haere rānei.
scene-next = Te whakaritenga e whai ake ana
scene-next-tip = Ka karangahia te whakaritenga e whai ake ana. Mā te whakahoki e hoki mai ai ngā mea o mua.
scene-next-named = Te whakaritenga e whai ake ana: { $scene }
scene-last = Te whakaritenga whakamutunga
scene-fading = { $seconds } hēkona e toe ana
scene-seconds = { $seconds } hēk
scene-empty = Kāore anō he whakaritenga. Whakaritea te papa mō te waiata, ka tiaki ai ki konei.
scene-locked = Ka taea te karanga anō ngā whakaritenga, engari kāore e taea te whakarerekē: nō te putanga hou ake te kōnae, kua pakaru rānei.
scene-keep = Tiakina te papa hei whakaritenga
scene-keep-tip = Ka tiakina te papa katoa pērā i tēnei wā, ki muri tonu i te whakaritenga “nāianei”.
scene-numbered = Whakaritenga { $number }
scene-row = { $number }, { $scene }
scene-now = nāianei
scene-comes = e whai ake ana
scene-recall = Karangahia
scene-recall-named = Karangahia a { $scene }
scene-name = Ingoa
scene-name-of = Te ingoa o { $scene }
scene-fade = Rere, hēk
scene-fade-of = Te rere o { $scene }, hei hēkona
scene-update = Tiakina te papa ki konei
scene-update-named = Tiakina te papa o tēnei wā ki { $scene }
scene-update-sure = Pēhia anō kia tiakina ki konei
scene-update-sure-named = Pēhia anō kia tiakina te papa ki { $scene }; kāore ōna whakaritenga o nāianei e hoki mai mā te whakahoki
scene-up = Ki runga
scene-up-named = Nekehia a { $scene } ki runga
scene-down = Ki raro
scene-down-named = Nekehia a { $scene } ki raro
scene-remove = Tangohia
scene-remove-named = Tangohia a { $scene }
scene-remove-sure = Pēhia anō kia tangohia
scene-remove-sure-named = Pēhia anō kia tangohia a { $scene }; kāore ngā whakaritenga e hoki mai mā te whakahoki
scope-parts = Ka whakaritea e te karanga
scope-part = Ka whakaritea: { $what }
scope-channels = o ēnei hongere
scope-channel = Ka pā ki: { $what }
scope-all = Katoa
part-input = urunga
part-gain = piki
part-filters = tātari
part-eq = EQ
part-dynamics = kaha hurihuri
part-slots = kuhunga
part-fader = kaha
part-mute = ngū
part-pan = taha
part-sends = tuku
part-cues = taringa
part-routing = ara
part-name = ingoa

# Ngā ine
meter-title = ine
meter-momentary = o nāianei
meter-short = poto
meter-integrated = katoa
meter-range = whānuitanga
meter-true-peak = tihi tūturu
meter-correlation = hāngaitanga
meter-spectrum = ngā auau
meter-reset = Tīmata anō
meter-reset-tip = Ka tīmata anō te kaha katoa, te whānuitanga me te tihi tūturu.
meter-silent = Kāore anō he oro e rangona ana.
meter-on-target = E hāngai ana te kaha ki tā te hunga whakarongo.
meter-louder = { $by } LU te kaha ake i te −{ $target } LUFS.
meter-softer = { $by } LU te ngū ake i te −{ $target } LUFS.

# Te kī o te kūaha me te kōpeke
panel-key-source = ka whakarongo ki
panel-key-itself = Ki a ia anō
panel-key-tip = Te hongere ka whakarangona e te kūaha me te kōpeke ina kā tō rāua kī.

# Te tōmuri
window-latency = E { $ms } ms te tōmuri o te ranunga i ōna urunga
window-latency-short = tōmuri { $ms } ms
window-latency-tip = E { $ms } ms te tōmuri o te ranunga i ōna urunga, nō te mea me titiro whakamua ētahi pānga oro. Kāore ngā taringa rongo e tōmuri ake.

# Te kaiāwhina
setup-panel = Whakatū
setup-panel-tip = Whakatangihia, ka kī mai he aha ia urunga: tokorua, pito, uru.
setup-listen = Whakarongo
setup-stop = Kāti te whakarongo
setup-begin = Pēhia a Whakarongo, ka whakatangi ai i ia taonga, tētahi i muri i tētahi, kia rite te kaha ki tō te whakaaturanga.
setup-play = Whakatangihia ia taonga, tētahi i muri i tētahi, kia rite te kaha ki tō te whakaaturanga. Ka puta mai ia mea ki konei ina rangona.
setup-found = Tangohia mai ngā mea e tika ana, ia rārangi, te katoa rānei. Kotahi te whakahoki hei wete.
setup-accept = Tangohia mai
setup-accept-all = Tangohia mai te katoa
setup-done = Kei te papa
setup-name = Te ingoa o { $inputs }
setup-input = Urunga { $input }
setup-inputs = Urunga { $first }-{ $last }
setup-mono = he takitahi
setup-pair = he tokorua taha-rua
setup-turned = he tokorua, he taha kua huri
setup-plays = e tangi ana ināianei
setup-rests = e noho puku ana ināianei
setup-heard = { $average }, tihi { $peak } dBFS
setup-trim = { $trim } dB
setup-levels = { $average } dBFS te toharite, { $peak } dBFS te tihi; uru { $trim } dB
setup-too-loud = Ki te tangi tahi, ka pakaru te ranunga mā te { $over } dB.
setup-softer = Ranunga kia heke mā te { $over } dB
setup-silent = Kāore he oro i tae ki: { $inputs }
setup-loopback = Ka whakahokia mai e ēnei te oro o te rorohiko, nō reira ka waiho: { $inputs }
