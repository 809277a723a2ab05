# Ngā kōnae papa whakaranu.

fault-desk-read = Kāore i taea te pānui te kōnae papa { $file }: { $why }.
    .remedy = Tirohia te ingoa, hanga rānei he mea hou: korero desk new > desk.toml
fault-desk-write = Kāore i taea te tiaki te papa hei { $file }: { $why }. Kāore te papa e whakamahia ana i rerekē.
    .remedy = Kōwhiria he wāhi kē, whakawāteahia rānei he wāhi ki reira.
fault-desk-syntax = { $file }, rārangi { $line }: ehara tēnei i te TOML: { $why }.
    .remedy = Whakatikaina taua rārangi; ka tāia e “korero desk new” he papa hei whakatauira.
fault-desk-unknown = { $file }, rārangi { $line }: kāore he mea e kīia ana ko “{ $field }” i te papa.
    .remedy = Tirohia te tuhinga; ka tāia e “korero desk new” ngā ingoa katoa.
fault-desk-kind = { $file }, rārangi { $line }: kei te hē te momo uara o “{ $field }”.
    .remedy = Ka tāia e “korero desk new” he tauira mō ia uara.
fault-desk-range = { $file }, rārangi { $line }: ko { $value } te “{ $field }”, engari mai i te { $min } ki te { $max } tōna whānuitanga.
    .remedy = Hoatu he uara kei roto i taua whānuitanga.
fault-desk-no-input = { $file }, rārangi { $line }: kāore he tāuru mō { $field }.
    .remedy = Tāpirihia he rārangi pēnei: input = [1]
fault-desk-input = { $file }, rārangi { $line }: kia kotahi, kia rua rānei ngā tāuru rerekē mō “{ $field }”, ka tatau mai i te 1 ki te { $most }.
    .remedy = Tuhia input = [1] mō te aho takitahi, input = [3, 4] mō te takirua.
fault-desk-twice = { $file }, rārangi { $line }: kei { $field } te id “{ $id }” o tētahi atu aho.
    .remedy = Hoatu he id motuhake ki ia aho, tangohia rānei te rārangi.
fault-desk-too-many = { $file }, rārangi { $line }: kia { $most } noa ngā aho o te papa i te nui rawa.
    .remedy = Tangohia ētahi aho.
fault-desk-newer = He putanga hou ake i tuhi i te { $file } (hōputu { $format }). Kāore i pāngia.
    .remedy = Whakahoungia tēnei pūmanawa kia taea ai te whakamahi.
fault-desk-format = { $file }, rārangi { $line }: kāore te kōnae e kī ana i tōna hōputu.
    .remedy = Tīmataria ki te rārangi: format = 1
fault-desk-choice = { $file }, rārangi { $line }: ko “{ $field }” tētahi o ēnei: { $words }.
    .remedy = Tuhia tētahi o ēnei kupu, ki roto i ngā tohu kōrero.
fault-desk-slot = { $file }, rārangi { $line }: ehara “{ $field }” i te pānga oro, kua whakakīia kētia rānei taua wāhi e tētahi atu.
    .remedy = Kia kotahi te pānga oro ki taua wāhi; ka whakaatu a “korero desk new” i ngā wāhi mō ngā pānga oro.
fault-desk-newer-locked = He putanga hou ake i tuhi i te { $file } (hōputu { $format }). Ka taea te whakamahi ngā mea e mōhio ana tēnei putanga; kāore e whakarerekēhia.
    .remedy = Whakahoungia tēnei pūmanawa kia taea ai te whakamahi te katoa me te tiaki anō.

# Ngā whakaritenga me ngā tautuhinga takamua.

fault-scene-too-many = { $file }, rārangi { $line }: kia { $most } noa ngā whakaritenga i te nui rawa.
    .remedy = Tangohia ētahi whakaritenga.
fault-scene-twice = { $file }, rārangi { $line }: kei { $field } te id “{ $id }” o tētahi atu whakaritenga.
    .remedy = Hoatu he id motuhake ki ia whakaritenga, tangohia rānei te rārangi.
fault-scene-channel = { $file }, rārangi { $line }: kei “{ $field }” tētahi ingoa ehara i te hongere.
    .remedy = Whakaingoatia ngā hongere pēnei: "strip.voice", "group1", "return1", "mix", "cue1".
fault-scene-locked = Kei tētahi kōnae ngā whakaritenga kāore e tika kia whakarerekēhia: nā te putanga hou ake i tuhi, kua pakaru rānei. Ka taea te karanga anō ngā whakaritenga, engari kāore e taea te whakarerekē.
    .remedy = Whakahoungia tēnei pūmanawa, whakatikaina, hunaia rānei te kōnae scenes.toml, ka tīmata anō ai.
fault-preset-file-name = I waiho te tautuhinga { $file }: ehara tōna ingoa i te ingoa tautuhinga.
    .remedy = Whakaingoatia ki ngā pū iti, ngā mati me ngā tohuhono, pēnei i te my-voice.toml
fault-preset-too-many = Nui atu i te { $most } ngā tautuhinga kei { $folder }. I waiho te toenga.
    .remedy = Hunaia ērā kāore e whakamahia ana e koe.
fault-preset-locked = Nā te putanga hou ake i tuhi te tautuhinga “{ $name }”. Ka taea te whakamahi; kāore i pāngia.
    .remedy = Tiakina ki ingoa kē, whakahoungia rānei tēnei pūmanawa.
preset-voice = Reo waiata
preset-spoken-voice = Reo kōrero
preset-guitar-di = Kitā, mā te pūtango
preset-guitar-mic = Kitā, mā te hopuoro
preset-piano = Piana
preset-cajon = Cajón
preset-double-bass = Pēhi nui
preset-audience = Te minenga
