# Tō mātou tūmau me tōna pūranga.

fault-upload-address = Ehara a { $url } i te wāhitau o tētahi kaipuoro i tō mātou momo tūmau. Kāore he mea i tukua.
    .remedy = Hoatu te wāhitau e pāho ai koe: ka mutu ki /whip/ me tō ingoa i reira.
fault-upload-file = Kāore e taea te pānui te hopukanga { $file }: { $why }.
    .remedy = Tirohia mēnā kei reira te kōnae, ā, ka taea e koe te pānui; kātahi ka tuku ake anō.
fault-upload-note = Kāore e taea te tuhi te tuhipoka { $file }, e haere tonu ai te tukuake i muri i te okioki: { $why }.
    .remedy = Whakaaetia te tuhi ki tēnei kōpaki, whakawāteahia rānei tōna kōpae; kātahi ka tuku ake anō. Ka noho tonu ngā mea kei te pūranga.
fault-upload-key = Kāore te tūmau e whakaae ki te kī pāho. Kāore he mea i ngaro: kei tōna wāhi tonu te hopukanga.
    .remedy = Tirohia mēnā i tāruatia te kī katoa, tonoa rānei he kī hou i te kaitiaki o te tūmau.
fault-upload-refused = Kāore te pūranga e tango i te hopukanga. { $told } Kei tōna wāhi tonu te hopukanga.
    .remedy = { $advice }
fault-upload-foreign = Kāore he pūranga i { $server }. Kei tōna wāhi tonu te hopukanga.
    .remedy = Tirohia te wāhitau, tonoa rānei he putanga hou ake i te kaitiaki o te tūmau.
fault-upload-no-performance = Kāore te tūmau e mōhio ki tētahi whakaaturanga o tēnei hopukanga.
    .remedy = Whakahuatia mā --performance me tōna tau.
fault-upload-damaged = E { $times } ngā wā i tae pakaru ai te wāhanga kotahi o te hopukanga. Kei te haumaru ngā mea i tae i mua; kei tōna wāhi tonu te hopukanga.
    .remedy = Whakamahia tētahi atu whatunga, ka tuku ake anō ai: ka haere tonu i reira.
fault-upload-other-hash = He rerekē ngā paita kei te pūranga i ō tēnei kōnae, nō reira kāore he mea i whakaputaina. Kei tōna wāhi tonu te hopukanga.
    .remedy = Tukua ake anō, ā, kaua te kōnae e whakarerekēhia i taua wā.
fault-upload-system = Kāore i taea e tēnei rorohiko te tīmata i te tukuake. Kei tōna wāhi tonu te hopukanga.
    .remedy = Katia ētahi atu papatono, ka tuku ake anō ai.
