# Te kaihopu me ngā hopukanga kei te kōpae.

fault-record-nothing = Kāore he mea i tīpakohia hei hopu: te ranunga, ngā tāuru, ngā rōpū, ngā taringa rānei. Nō reira kāore he mea e hopukina ana.
    .remedy = Tīpakohia te ranunga, ngā tāuru, ngā mea e rua rānei, ka hopu anō ai.
fault-record-denied = Kāore i te whakaaetia kia tuhi ki te kōpaki { $folder }. Kei te haumaru ngā mea kei runga kē i te kōpae.
    .remedy = Tīpakohia he kōpaki kē mō ngā hopukanga, whakaaetia rānei te tuhi ki tēnei.
fault-record-folder = Kāore he kōpaki { $folder } hei hopu atu, ā, kāore e taea te hanga. Kei te haumaru ngā mea kei runga kē i te kōpae.
    .remedy = Honoa te kōpae kei reira taua kōpaki, tīpakohia rānei he kōpaki kē mō ngā hopukanga.
fault-record-full = Kua kī te kōpae o { $folder }. Kei te haumaru, ka taea hoki te whakatangi, ngā mea katoa kua hopukina; ka haere tonu te whakaaturanga.
    .remedy = Whakawāteahia te kōpae, ka haere anō te hopu; me mutu rānei, ka hopu ai ki kōpae kē.
fault-record-large = Kāore e taea e te kōpae o { $folder } te pupuri i tētahi kōnae nui pēnei. Kei te haumaru, ka taea hoki te whakatangi, ngā mea katoa kua hopukina; ka haere tonu te whakaaturanga.
    .remedy = Me mutu, ka hopu anō ai kia puta he kōnae hou. Kāore he tepe pēnei o te kōpae exFAT, NTFS, APFS, ext4 rānei.
fault-record-disk = Kāore te kōpae o { $folder } e tango ana i te hopukanga (hapa pūnaha { $number }). Kei te haumaru ngā mea i tuhia i mua; ka haere tonu te whakaaturanga.
    .remedy = Tirohia mēnā kua honoa te kōpae. Ka haere anō te hopu ina whakautu mai te kōpae; me mutu rānei, ka hopu ai ki kōpae kē.
fault-record-low = { $minutes ->
        [0] Kua iti iho i te kotahi meneti te wāhi e toe ana i te kōpae mō tēnei hopukanga. Kei te haumaru ngā mea katoa kua hopukina.
        [one] Kotahi anake te meneti e toe ana i te kōpae mō tēnei hopukanga. Kei te haumaru ngā mea katoa kua hopukina.
       *[other] E { $minutes } ngā meneti e toe ana i te kōpae mō tēnei hopukanga. Kei te haumaru ngā mea katoa kua hopukina.
    }
    .remedy = Whakawāteahia te kōpae i mua i tōna kīnga.
fault-record-no-room = E { $free } MiB te wāhi ka taea te whakamahi o te kōpae o { $folder }. E { $needed } MiB te hiahia mō te meneti kotahi o tēnei hopukanga, nō reira kāore i tīmata ki reira.
    .remedy = Whakawāteahia te kōpae, tīpakohia rānei he kōpaki kē mō ngā hopukanga.
fault-record-same = Ko te kōpaki tuarua { $folder } me te tuatahi he kōpaki kotahi, he ingoa kē noa iho, nō reira kotahi anake te hopunga o ngā mea katoa. Ka haere tonu te hopu.
    .remedy = Tīpakohia he kōpaki kei runga i tētahi atu kōpae hei wāhi tuarua.
fault-record-waits = Kāore te kōpae o { $folder } e whakautu mai. Kei te tatari te oro i te pūmahara mō te { $seconds } hēkona; kāore anō he mea kia ngaro.
    .remedy = Tirohia mēnā kua honoa te kōpae, ā, kāore i te pukumahi ki mea kē. Ka haere anō te hopu ina whakautu mai.
fault-record-second = Ka haere tonu te hopu ki { $folder }, nā te mea kei te raru te kōpae tuatahi. Kei te hātaka ngā mea e ngaro ana; ka haere tonu te whakaaturanga.
    .remedy = Waiho kia hono tonu ngā kōpae e rua. I muri i te whakaaturanga, puritia ngā wāhanga e rua o te hopukanga, ka tiaki ai i te kōpae tuatahi.
fault-record-thread = Kāore i taea e tēnei rorohiko te tīmata i te kaihopu. Kāore he mea i hopukina; ka haere tonu te whakaaturanga.
    .remedy = Katia ētahi atu papatono, ka hopu anō ai.
fault-record-slow = I pōturi rawa te kōpae: e { $milliseconds } ms o { $file } he wahangū. Kei te haumaru te toenga; ka haere tonu te whakaaturanga.
    .remedy = Katia ētahi atu papatono e whakamahi ana i te kōpae, hopukina rānei ki tētahi kōpae tere ake.
fault-record-stuck = Kāore te kōpae o { $folder } e whakautu mai, nō reira i waiho te hopukanga kia pērā. Ka taea te whakatangi ngā mea i haumaru i mua.
    .remedy = Tirohia te kōpae i mua i te whakamahi anō.
fault-record-died = Nā tētahi hapa o te taupānga i mutu ai te kaihopu. Kei te haumaru ngā mea i tuhia ki { $folder } i mua; ka haere tonu te whakaaturanga.
    .remedy = Hopukina anō ināianei tonu, ka whakamōhio ai ki ngā kaihanga o te taupānga.
fault-record-pre-roll-late = Ko te tīmatanga o te hopukanga kei { $folder }, nō mua i te pēhanga o Hopukina, kāore anō kia tāruatia ki tōna wāhi. Kei te haumaru i te kōpaki Rolling kei tōna taha.
    .remedy = Whakahohea anō te taupānga: māna e whakaoti te hopukanga. Kia oti rā anō, waiho te kōpaki Rolling kia pērā.
fault-roll-paused = Kua iti iho i te { $minutes } meneti te wāhi e toe ana i te kōpae mō te hopu, nō reira kua tū te hopu tonu. Kei te haumaru ngā hopukanga katoa; ka mahi tonu a Hopukina, mai i te wā ka pēhia.
    .remedy = Whakawāteahia te kōpae, ka haere anō te hopu tonu.
fault-roll-trouble = Kāore te kōpae o { $folder } e tango ana i te hopu tonu, nō reira tērā pea kāore te hopukanga e tīmata i mua i te pēhanga o Hopukina. Kei te haumaru ngā hopukanga katoa kei runga; ka haere tonu te whakaaturanga.
    .remedy = Tirohia taua kōpae i mua i te hopu, tīpakohia rānei he kōpaki kē mō ngā hopukanga. Ka haere anō te hopu tonu ina whakautu mai.
fault-roll-died = Nā tētahi hapa o te taupānga kua tū te hopu tonu, nō reira ka tīmata noa te hopukanga ina pēhia a Hopukina. Kei te haumaru ngā hopukanga katoa; ka haere tonu te whakaaturanga.
    .remedy = Hopukina pērā i mua; ka tīmata anō te hopu tonu i muri i te hopukanga e whai ake nei. Whakamōhiotia ngā kaihanga o te taupānga.
fault-record-journal = Kāore e taea te pānui i ngā tuhipoka o te hopukanga { $file }. Kāore i pā ki ngā oro kei tōna taha.
    .remedy = Huakina ngā kōnae WAV tonu; kāore ērā e hiahia ana ki ngā tuhipoka.
fault-takes-busy = E hopukina ana te hopukanga { $folder } ināianei tonu, nō reira i waiho kia pērā.
    .remedy = Me mātua whakamutu te hopu.
fault-takes-held = E tukuna ake ana, e pānuitia ana rānei a { $file } ināianei tonu, nō reira i waiho te hopukanga kia pērā.
    .remedy = Taihoa kia mutu tērā, whakamutua rānei, ka mahi anō ai.
fault-takes-no-bin = Kāore te ipupara o te pūnaha i tango i a { $folder }. Kei tōna wāhi tonu te hopukanga; kāore he mea i mukua.
    .remedy = Nekehia tōna kōpaki e koe anō i te pūwhakahaere kōnae.
fault-takes-no-desktop = Kāore e taea te whakaatu i a { $path }: kua kore i reira, kāore rānei he pūwhakahaere kōnae e rere ana i konei.
    .remedy = Huakina te kōpaki e koe anō, i tētahi papatono.
fault-takes-none = Kāore he hopukanga { $folder }.
    .remedy = Ka rārangitia e “korero takes list” ngā mea kei reira.
fault-takes-no-mix = Kāore he ranunga o te hopukanga { $file } hei tuku ake. Kāore he mea i tukua.
    .remedy = Hopukina hoki te ranunga i te wā e whai ake nei. I te kāpeka, ka tukuna e “korero takes upload” tētahi kōnae me --performance.
fault-takes-no-sound = Kāore he oro i te hopukanga { $folder }: kāore he mea i hopukina, i pakaru rānei tōna hātaka i mua i te tuhinga o tētahi kōnae.
    .remedy = Tirohia te kōpaki. Mēnā he kōnae WAV kei reira, ka huakina e tētahi ētita; ki te kore, tukuna te hopukanga ki te ipupara.
fault-takes-missing = Kei te ngaro te kōnae { $file }. Kāore i pā ki ētahi atu kōnae o te hopukanga.
    .remedy = Rapua i te ipupara, i tētahi tārua rānei, ka whakahoki ai ki te kōpaki o te hopukanga.
fault-takes-foreign = Kāore e taea te kōnae { $file } te whakatika: ehara i tā tātou hopukanga, kua pakaru rānei tōna tīmatanga. I waiho kia pērā.
    .remedy = Tangohia mai te kōnae i tētahi tārua; huakina rānei i tētahi ētita hei oro urutapu, kei te hātaka tōna āhua.
fault-takes-header = Kua pakaru te upoko o { $file } ({ $what }). Tērā pea kei te ora te oro kei muri.
    .remedy = Tangohia mai te kōnae i tētahi tārua; huakina rānei i tētahi ētita hei oro urutapu, kei te hātaka tōna āhua.
fault-takes-format = E { $channels } ngā hongere o { $file } i te { $rate } Hz; e ai ki te hātaka, e { $wanted } i te 48000 Hz, he āhua kē. Ehara tēnei i te kōnae i hopukina.
    .remedy = Whakahokia mai te kōnae i hopukina i tētahi tārua.
fault-takes-short = E { $bytes } ngā paita e ngaro ana i te mutunga o { $file }. Ka taea te whakatangi ngā mea kei mua.
    .remedy = Tangohia mai te kōnae i tētahi tārua.
fault-takes-open = Kāore anō a { $file } kia whakaotia: e hopukina ana, nā tētahi pakarutanga rānei i mutu ai.
    .remedy = Mēnā kāore e hopukina ana, whakatikahia mā “korero takes repair”.
fault-takes-length = E { $frames } ngā anga o { $file }, engari e { $wanted } i hopukina. Ka taea te whakatangi ngā mea kei reira.
    .remedy = Tangohia mai te kōnae i tētahi tārua.
fault-takes-sound = Ehara te oro kei { $file } i te oro i hopukina: nā tētahi mea i huri i muri mai.
    .remedy = Mēnā kāore taua huringa i hiahiatia, tangohia mai te kōnae i tētahi tārua, ka tirotiro i te kōpae.
fault-takes-damaged = { $files ->
        [one] Kotahi te kōnae kua pakaru.
       *[other] E { $files } ngā kōnae kua pakaru.
    }
    .remedy = Kei runga ake te ingoa me te rongoā mō ia kōnae.
fault-takes-empty = I motu te hiko i te tīmatanga tonu o te hopukanga { $take }, i mua i te taenga o ōna oro ki te kōpae. Kua tangohia tōna kōpaki piako; kāore i pā ki ētahi atu hopukanga.
    .remedy = Kāore he mahi māu. Pēhia a Hopukina kia tīmata anō.
fault-takes-recovered = I haukotia te hopukanga { $take }. Kua whakaorangia; e { $seconds } hēkona o tōna mutunga i ngaro.
    .remedy = Whakarongo ki tōna mutunga. Kāore he mahi atu.

fault-export-write = Kāore i taea a { $file } te tuhi: { $why }. Kāore i pā ki te hopukanga, ā, kāore he mea hāwhe oti i mahue.
    .remedy = Tirohia te kōpae, kaweake rānei ki tētahi kōpaki kē.
fault-export-read = Kāore i taea a { $file } te pānui: { $why }. Kāore i pā ki te hopukanga.
    .remedy = Tirohia te kōpae, ka kaweake anō ai; mā “korero takes verify” ka kitea mēnā kei te ora te hopukanga.
fault-export-room = E { $free } MiB te wāhi ka taea te whakamahi o te kōpae o { $folder }; e { $needed } MiB te hiahia mō ēnei kōnae. Kāore he mea i tuhia.
    .remedy = Whakawāteahia te kōpae, kaweake rānei ki tētahi kōpaki o kōpae kē.
fault-export-stopped = I mutu te kaweake: ko te wāhi e toe ana i te kōpae o { $folder }, e hiahiatia ana e te hopu. Ka noho tonu ngā kōnae kua oti; kāore he mea hāwhe oti i mahue.
    .remedy = Whakawāteahia te kōpae, kaweake rānei ina mutu te hopu.
fault-export-part = Kāore he oro ko “{ $part }” te ingoa kei te hopukanga { $take }. Kāore he mea i tuhia.
    .remedy = Ka rārangitia e “korero takes show” ngā kōnae o tētahi hopukanga.
fault-export-nothing = Kāore he oro kei te hopukanga { $take } hei kaweake. Kāore he mea i tuhia.
    .remedy = Kaweaketia tētahi atu wāhanga ōna.
fault-export-match = Neke atu i te rua ngā hongere o { $file }, ā, kāore ō rātou kaha tahi. Kāore he mea i tuhia.
    .remedy = Kaweaketia tētahi o ōna ara, kaua rānei e whakarite i te kaha.
fault-export-quiet = He wahangū a “{ $name }”, he tino mārire rānei, ka piki tahi tōna haruru i te { $lufs } LUFS. Ko te kōnae taketake anake i tuhia.
    .remedy = Tīpakohia he kaha iti iho mēnā ka hiahiatia he tārua kua whakaritea.
fault-export-reach = Kāore e taea a “{ $name }” te piki ki te { $lufs } LUFS i raro i te tepe: kei runga noa atu ōna tihi i ērā atu. Ko te kōnae taketake anake i tuhia.
    .remedy = Tīpakohia he kaha iti iho mēnā ka hiahiatia he tārua kua whakaritea.
fault-export-gaps = { $gaps ->
        [one] I “{ $name }”, e { $ms } ms he wahangū, i te mea i ngaro.
       *[other] I “{ $name }”, e { $ms } ms i ngā wāhi e { $gaps } he wahangū, i te mea i ngaro.
    }
    .remedy = Whakarongo i mua i tō whakaputa; ka whakahuatia ia wāhi e “korero takes show”.
fault-export-turned-down = Kua hipa te kaha o “{ $name }” i te mōrahi, nō reira i whakahekea tōna hopukanga katoa mā te { $db } dB. Kei te hopukanga tau rewa ngā mea katoa.
    .remedy = Kāore he mahi atu.
fault-export-tracks = Kāore e taea e { $format } ngā hongere e { $channels } o “{ $name }” te pupuri tahi, nō reira e { $files } ngā kōnae i puta, kotahi mō ia ara.
    .remedy = Kaweaketia hei WAV kia kotahi te kōnae mō ngā hongere katoa.

# I aha i te wā e hopukina ana te hopukanga.
take-began = I tīmata te hopu.
take-gap = E { $seconds } hēkona he wahangū i { $parts }: { $cause ->
    [device] i ngaro te oro i te taputapu oro
    [away] i ngaro te taputapu oro
   *[tap] kāore i taea te tuhi
}.
take-marker = “{ $label }”
take-cut = I haukotia te hopu; e { $seconds } hēkona i muri i tēnei i ngaro.
take-ended = I mutu pai te hopu.
