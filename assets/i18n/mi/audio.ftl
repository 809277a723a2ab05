# Ngā pūrere oro: te kōwhiri, te huaki, te ngaro me te kite anō.

fault-audio-host = Kāore “{ $spec }” e tohu i tētahi wāhi e puta mai ai te oro.
    .remedy = Tuhia te cpal, te cpal:ID me tētahi tautuhi nō “korero devices”, te scripted:FILE rānei.

fault-audio-list = Kāore i taea te pātai ki te pūnaha oro mō ōna pūrere: { $detail }
    .remedy = Tirohia mehemea kei te rere te ratonga oro o tēnei rorohiko, ka titiro anō ai.

fault-audio-no-devices = Kāore te pūrere { $wanted } i konei; kāore he pūrere i konei.
    .remedy = Honoa atu, whakakāngia, ka titiro anō ai.

fault-audio-no-such-device = Kāore te pūrere { $wanted } i konei. I kitea: { $list }. Kāore tētahi atu i tangohia hei whakakapi.
    .remedy = Honoa atu, kōwhiria rānei tētahi o ērā i kitea.

fault-audio-too-few-inputs = { $has ->
        [one] Kotahi te tāuru
       *[other] E { $has } ngā tāuru
    } o { $device }, engari e { $needs } kua tapaina. Kāore tētahi mea i huakina.
    .remedy = Kōwhiria he pūrere e { $needs } ōna tāuru, whakaitia rānei ngā mea kua tapaina i te papamahi.

fault-audio-too-few-outputs = { $has ->
        [one] Kotahi te tāputa
       *[other] E { $has } ngā tāputa
    } o { $device }, engari e { $needs } e hiahiatia ana. Kāore tētahi mea i huakina.
    .remedy = Kōwhiria he pūrere kē mō ngā taringa.

fault-audio-busy = Kei te whakamahia a { $device } e tētahi atu hōtaka.
    .remedy = Katia taua hōtaka, kōwhiria rānei he pūrere kē.

fault-audio-denied = Kāore tēnei rorohiko e tuku ana kia whakamahia a { $device } e korero.
    .remedy = Whakaaetia te whakamahi hopuoro i ngā tautuhinga o te pūnaha; i Linux, me uru koe ki te rōpū “audio”.

fault-audio-config = Kāore he momo oro o { $device } ka taea te whakamahi: { $detail }
    .remedy = Tautuhia te pūrere ki te 48,000 Hz me te 24 moka i ōna ake tautuhinga.

fault-audio-open = Kāore i taea te huaki i { $device }: { $detail }
    .remedy = Wetekina te pūrere, honoa anō, ka kōwhiri anō ai.

fault-audio-lost = Kua ngaro a { $device }. Kei te haumaru ngā mea kua hopukina, ā, ka rere tonu te wā hei wahangū.
    .remedy = Honoa anō: ka tangohia aunoatia i roto i te hēkona kotahi. Kāore tētahi atu pūrere e tangohia hei whakakapi.

fault-audio-stalled = Kāore he oro i puta mai i a { $device } mō te { $seconds } hēkona. Kei te haumaru ngā mea kua hopukina, ā, ka rere tonu te wā hei wahangū.
    .remedy = Wetekina, ka hono anō: ka tangohia aunoatia.

fault-audio-no-numbers = { $samples ->
        [one] Kotahi te tīpako
       *[other] E { $samples } ngā tīpako
    } ehara i te tau i tukuna mai e { $device } (tāuru: { $inputs }). Ko te wahangū kei tō rātou wāhi; kāore ērā atu oro i raru.
    .remedy = Wetekina, honoa anō, ka whakahou ai i tana taraiwa. Ki te haere tonu, whakamahia he tāuru kē.

fault-audio-monitor-lost = Kua ngaro ngā taringa i { $device }. Kāore te ranunga, te hopukanga me te pāho i raru.
    .remedy = Honoa anō te pūrere: ka tangohia aunoatia.

fault-audio-realtime = I whakakāhoretia e tēnei rorohiko te mana wā-tūturu mō te oro o { $device }. Kei te rere te oro, engari ka haea pea e tētahi hōtaka pukumahi.
    .remedy = I Linux, whakaaetia i /etc/security/limits.d (@audio - rtprio 95), ka takiuru anō; i mua i tērā, katia ētahi atu hōtaka.

fault-audio-script = Kāore e taea te whakatangi te tuhinga { $file }: { $detail }
    .remedy = Whakatikaina te tuhinga i te wāhi kua tohua, ka tīmata anō ai.

fault-audio-file = Kāore e taea te whakatangi te kōnae oro { $file }: { $detail }
    .remedy = Whakamahia he kōnae WAV, FLAC rānei, he ōrite te auau tīpako o te katoa.

fault-audio-thread = Kāore i taea te tīmata i tētahi aho mō te oro: { $detail }
    .remedy = Katia ētahi atu hōtaka, ka tīmata anō ai.
