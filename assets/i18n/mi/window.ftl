# Te matapihi.

window-name = Covers & Kōrero
window-own-name = Te reo Māori

# Te pae o runga
window-device = Taputapu oro
<<<<<<< HEAD
window-device-none = Kāore anō he taputapu oro
=======
window-device-none = Kāore he taputapu oro
>>>>>>> all
window-device-opening = E whakatuwhera ana
window-device-away = Kua ngaro, e kimihia ana
window-device-running = E rere ana · { $khz } kHz
window-device-frames = E { $frames } ngā anga i ia karanga.
window-device-lossy = E rere ana · { $khz } kHz · { $ms } ms kua ngaro
window-device-inputs = { $name } ({ $inputs } urunga)
window-realtime = Ko tōna aho te tuatahi i mua i ngā mea katoa.
window-not-realtime = Kāore te pūnaha i whakaae kia tuatahi tōna aho; ki te pukumahi te rorohiko, ka motumotu pea te oro.
window-lost = E { $ms } ms o te oro kua ngaro i tēnei wā.
window-no-device = Kāore he mea
window-monitor = Taringa rongo
window-no-monitor = Kāore he mea
window-title = I tēnei pō
<<<<<<< HEAD
window-title-hint = Ingoa o te pō
=======
window-title-hint = Te ingoa o te pō?
>>>>>>> all
window-look = Āhua
window-colours = Ngā tae
window-dark = Pōuri
window-light = Mārama
window-contrast = Rerekētanga kaha
window-language = Reo
window-keys = Ngā pātuhi
window-still = Noho tau
window-still-tip = Ka mutu ngā nekehanga katoa ehara i te oro.
window-next-colours = Ngā tae e whai ake ana
window-next-colours-tip = Pōuri, mārama, rerekētanga kaha.
window-look-again = Kimihia anō
window-look-again-tip = Ka kimihia ngā taputapu oro kua honoa.

# Ngā hongere
window-empty = Kāore anō he hongere
window-empty-hint = Kōwhiria tō taputapu oro i runga ake nei; ka huri ōna urunga hei hongere.
window-empty-ready = E rere ana tō taputapu oro.
window-strip-each = He hongere mō ia urunga o ngā urunga e { $inputs }
window-add-strip = Tāpiritia he hongere
window-add-strip-tip = Ka tāpiritia he hongere mō te urunga tuatahi kāore anō he hongere.
window-remove-strip = Tangohia a { $strip }
window-rename = Te ingoa o { $strip }
window-rename-tip = Pāwhiria kia rua, pēhia rānei te Enter kia tapaina anō. Mā ngā pātuhi pere e haere ki te hongere o muri. Mā te Shift+Delete, te pāwhiri matau rānei e tango.
window-input-mono = Uru { $input }
window-input-stereo = { $left } + { $right }
window-trim = Uru
window-low-cut = Hz
window-low-cut-key = Tope
window-pan = Taha
window-pan-left = Mau{ $amount }
window-pan-centre = Wae
window-pan-right = Mat{ $amount }
window-mute = Ngū
window-solo = Anake
window-strip-name = { $strip }, hongere { $number }
window-strip-input = { $strip }: urunga
window-strip-trim = { $strip }: kaha o te urunga
window-strip-invert = { $strip }: kua hurihia te pito
window-strip-highpass = { $strip }: tope i ngā oro hakahaka
window-strip-highpass-freq = { $strip }: auau o te tope
window-strip-pan = { $strip }: taha
window-strip-fader = { $strip }: kaha
window-strip-meter = { $strip }: taumata
window-strip-clip = { $strip }: kua pakaru te oro, tineia te rama
window-strip-mute = { $strip }: ngū
window-strip-solo = { $strip }: anake i ngā taringa rongo
window-type-value = { $control }: patohia he uara

# Te ranunga me ngā taringa rongo
window-mix = Ranunga
window-mix-fader = Ranunga: kaha
window-mix-meter = Ranunga: taumata
window-mix-clip = Ranunga: kua pakaru te oro, tineia te rama
window-peak = Tihi
window-limiter = Tepe
window-reduction = Tepe { $db } dB
window-lufs = LUFS
window-range-peak = LU · TP
window-loudness = Kaha { $short } LUFS, { $integrated } LUFS mai i te tīmatanga o te pāho; whānuitanga { $range } LU; tihi tūturu { $peak } dBTP
window-cue = Taringa
window-cue-level = Taringa rongo: kaha
window-cue-meter = Taringa rongo: taumata
window-cue-clip = Taringa rongo: kua pakaru te oro, tineia te rama
window-solo-off = Whakawetohia ngā anake katoa
window-solo-off-tip = E kā ana ina puta ki ngā taringa rongo ko ngā hongere anake kua tohua. Ka whakawetohia ngā anake katoa; kāore e rerekē tā te hunga whakarongo e rongo ai.
window-forget-clips = Tineia ngā rama
window-forget-clips-tip = Ka tineia ngā rama katoa o te oro pakaru.

# Te pāho me te hopu
window-go-live = Pāhotia
window-hold = Pupuritia
window-live = MATAORA
window-connecting = E hono ana
window-reconnecting = E hoki mai ana
window-refused = Kua aukatia
window-live-tip = Pupuritia kia pāhotia. Pupuritia anō kia mutu; ka haere tonu te hopu.
window-live-start = { $state }: pupuritia kia pāhotia
window-live-stop = { $state }: pupuritia kia mutu te pāho
window-record = Hopukina
window-rec = HOPU
window-record-tip = Pēhia kia hopukina. Pupuritia kia mutu.
window-record-finishing = Kei te whakaotia tonu te hopunga whakamutunga: waiho tana kōpae
window-record-start = { $state }: pēhia kia tīmata te hopu
window-record-stop = { $state }: pupuritia kia mutu te hopu
window-mark = Tohua
window-mark-tip = Ka tohua tēnei wā o te hopukanga: ko te waiata whai ake o te rārangi waiata, he tau rānei. He pērā te mahi a te panawaewae huri whārangi.
window-record-mix = Ranunga
window-record-inputs = Ia urunga, maroke
window-rolling = Hopu tonu
window-rolling-tip = I te wā kāore e hopukina ana, ka puritia ngā { $length } o mua tata ki te kōpae, kia taea te pēhi tōmuri i a Hopukina. Ka mukua ngā mea tawhito ake; kore rawa te hopukanga e mukua.
window-since = Hopukina mai i mua
window-since-shown = Mai i mua · { $length }
window-since-now = Mai i nāianei
window-since-ago = Mai i te { $length } ki muri
window-since-all = Ngā mea katoa i hopu tonutia: { $length }
window-seconds = { $seconds } hēkona
window-record-locked = Ka taea tēnei te huri ina mutu te hopu.
window-record-folder = Kōpaki mō ngā hopukanga
window-disk-left = { $length } e toe ana i te kōpae
window-hours-minutes = { $hours } hāora { $minutes } meneti
window-minutes = { $minutes } meneti
window-listeners = e whakarongo ana
window-listeners-unknown = kāore anō kia tatauria
window-sent = { $kbps } kb/s kua tukuna
window-path-direct = Tōtika ki reira, mā te UDP
window-path-tcp = Mā te TCP: e ārai ana te whatunga i te UDP
window-path-relayed = Mā tētahi kaituku: kua āraitia te ara tōtika
window-no-link = Ka puta te hono ki konei.
window-copy = Tārua
window-copied = Kua tārua
window-copy-link = Tāruatia te hono mā ngā kaiwhakarongo
window-copy-link-tip = Ka tāruatia te hono hei hoatu ki ngā kaiwhakarongo.
window-target = Ka haere ki hea
window-key-hint = Kī pāho
window-has-key = Kei konei tētahi kī
window-kbps = { $kbps } kb/s

# Ngā hapa me te wehe
window-dismiss = Waiho ki te taha
window-dismiss-tip = Ka waiho te kāri ki te taha; ka haere tonu pea te take.
window-times = E { $times } ngā wā
window-panel-fell = Kua mutu tēnei wāhanga o te matapihi. Ka haere tonu te whakaaturanga.
window-panel-again = Whakaatuhia anō
window-leave = E haere tonu ana te whakaaturanga. Ki te whakamutua, ka mutu te pāho, ā, ka oti pai te hopu.
window-leave-stay = E noho
window-leave-end = Whakamutua, ka kati
window-ending = E whakaoti ana i te hopu, e poroporoaki ana.
fault-window-open = Kāore i taea te matapihi te whakatuwhera: { $reason } Kāore i pā ki tētahi hopukanga, ki tētahi tautuhinga rānei.
    .remedy = Tirohia mēnā he mata me OpenGL, whakamahia rānei te “korero air” me te “korero record”; kāore e hiahiatia he matapihi.
how = Pēhea
how-tip = He aha atu ka hopukina, ki te āhua hea, ā, kei hea te kape tuarua.
how-groups = Ngā rōpū
how-groups-tip = Ngā rōpū taha-rua e whā i muri i ō rātou mekameka, ki te kōnae kotahi.
how-cues = Ngā ranunga taringa
how-cues-tip = Ia ranunga taringa ki tōna ake kōnae.
how-float = 32-moka tere
how-float-tip = Ka ora tonu ngā mea he kaha ake i te tino kaha. He iti iho te wāhi o te 24 moka, ā, ka tuwhera i ngā wāhi katoa.
how-apart = He kōnae mō ia aho oro
how-apart-tip = Ia urunga, ia pahi taha-rua ki tōna ake kōnae, kaua ngā hongere katoa ki te kōnae kotahi.
how-second = He wāhi tuarua
how-second-none = Kāore
how-second-fail-over = Ka haere tonu ki reira ina hinga te tuatahi
how-second-mirror = Te katoa ki reira hoki
how-second-folder = He kōpaki kei tētahi atu kōpae
