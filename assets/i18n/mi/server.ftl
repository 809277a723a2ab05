# Te tūmau hoa: tāna rārangi whakahau, me ngā kupu ki ngā kaitono.

server-usage =
    korero-server: te oro mai i ngā kaipuoro ki ngā kaiwhakarongo

    korero-server serve [--listen ADDRESS:PORT] [--media ADDRESS:PORT] [--media-tcp ADDRESS:PORT] [--public-address IP]… [--public-url URL] [--data FOLDER] [--config FILE] [--open-metrics] [--archive FOLDER|s3://BUCKET/PREFIX] [--archive-quota MIB]
    korero-server artist add NAME [--slug SLUG] [--data FOLDER] [--json]
    korero-server key new SLUG [--data FOLDER] [--json]
    korero-server openapi
server-artist-added = Kua tāpirihia a { $name }. Ko /@{ $slug } te whārangi; ināianei, hangaia he kī: korero-server key new { $slug }
server-key-shown = Mā tēnei kī e pāho ai a { $slug }. Kotahi noa te whakaaturanga: huna atu i te tirohanga a ētahi atu.
server-stopping = Kei te tū te tūmau. Ka noho tuwhera ngā whakaaturanga mō te 15 meneti, ā, ka haere tonu ina hoki mai te tūmau.
server-page-not-built = Kei te haere te tūmau, engari i hangaia me te kore whārangi tukutuku. Hangaia te whārangi i te kōpaki web (npm run build), kātahi ka hanga anō i te tūmau.

fault-server-port = Kāore e taea te tuku whārangi i { $address }: { $reason }. Kāore he mea i huri.
    .remedy = Whakamutua te pūmanako e whakamahi ana i tēnei tauranga, tīpakohia rānei tētahi atu mā --listen.
fault-server-media-port = Kāore e taea te whiwhi oro i { $address }: { $reason }. Kāore he mea i huri.
    .remedy = Whakamutua te pūmanako e whakamahi ana i tēnei tauranga, tīpakohia rānei tētahi atu mā --media.
fault-server-media-tcp-port = Kāore e taea te whiwhi oro mā te TCP i { $address }: { $reason }. Kāore he mea i huri.
    .remedy = Whakamutua te pūmanako e whakamahi ana i tēnei tauranga, tīpakohia rānei tētahi atu mā --media-tcp.
fault-server-data = Kāore e taea te whakamahi i te pātengi raraunga i { $folder }: { $reason }. Kāore he mea i huri.
    .remedy = Tirohia mēnā ka taea te tuhi ki te kōpaki, tīpakohia rānei tētahi atu mā --data.
fault-server-no-data-folder = Kāore tēnei pūnaha i te kī mai kei hea te wāhi mō ngā raraunga.
    .remedy = Tīpakohia he kōpaki mā --data.
fault-server-config = Kāore e taea te whakamahi i ngā tautuhinga i { $file }: { $reason }.
    .remedy = Whakatikaina te kōnae, tīmata rānei me te kore.
fault-server-setting = Ehara a “{ $value }” i te uara mō { $name }.
    .remedy = Hoatu he uara pēnei i te 127.0.0.1:8080 mō te wāhitau me te tauranga, te 192.0.2.1 rānei mō te wāhitau.
fault-server-argument = Kāore tēnei i te mārama: { $argument }.
    .remedy = Mā korero-server --help e whakaatu ngā mea ka mārama.
fault-server-slug = Kāore e taea te tāpiri i a “{ $name }” i raro i te ingoa wāhitau “{ $slug }”.
    .remedy = Tīpakohia tētahi mā --slug: kia { $limit } te nui rawa o ngā pū iti, ngā mati me ngā tohuhono.
fault-server-slug-taken = Kei tētahi atu kaipuoro kē te ingoa wāhitau { $slug }. Kāore he mea i huri.
    .remedy = Tīpakohia tētahi atu mā --slug.
fault-server-no-artist = Kāore he kaipuoro nōna te ingoa wāhitau { $slug }.
    .remedy = Tāpirihia tētahi: korero-server artist add NAME
fault-server-random = Kāore te pūnaha i te homai tau matapōkere, ā, ki te kore ērā kāore he hononga haumaru.
    .remedy = Whakaarahia anō te pūrere, kātahi ka tīmata anō i te tūmau.
fault-server-system = Kāore i taea e te tūmau te tīmata: i whakahēngia e te pūnaha he miro, he tohu rānei ({ $reason }).
    .remedy = Katia ētahi atu pūmanako, whakapikihia rānei te tepe o ngā miro, kātahi ka tīmata anō.

fault-server-no-key = Kāore he kī pāho i tae mai me te tono.
    .remedy = Tukua te kī hei tohu kawe (bearer).
fault-server-wrong-key = Kāore te kī pāho i te tika mō tēnei kaipuoro.
    .remedy = Tirohia mēnā i tāruatia te kī katoa, tonoa rānei he kī hou i te kaitiaki o te tūmau.
fault-server-no-page-of-artist = Kāore he kaipuoro i tēnei wāhitau.
    .remedy = Tirohia te wāhitau mō te hapa patopato.
fault-server-no-session = Kua mutu tēnei hononga.
    .remedy = Hono anō.
fault-server-no-performance = Kāore he whakaaturanga pērā a tēnei kaipuoro.
    .remedy = Whakatuwherahia he mea hou.
fault-server-no-page = Kāore he mea i tēnei wāhitau.
    .remedy = Tirohia te wāhitau mō te hapa patopato.
fault-server-no-method = Kei konei tēnei wāhitau, engari kāore e mahi pēnā.
    .remedy = Rapua āna mahi i /api/openapi.json.
fault-server-not-yet-on-air = Kāore anō tētahi kia whakatangi i konei.
    .remedy = Whakamātau anō ākuanei.
fault-server-too-large = He rahi ake te tono i te { $limit } KiB.
    .remedy = Kia iti iho te tuku.
fault-server-wrong-type = He rerekē te momo ihirangi o te tono i tā tēnei wāhitau e tango ai.
    .remedy = Tukua he application/sdp hei hono, he application/trickle-ice-sdpfrag rānei hei tāpiri kaitono.
fault-server-malformed = Kāore i taea te pānui i te tono.
    .remedy = Tirohia mēnā e ōrite ana te ihirangi ki tāna momo ihirangi.
fault-server-wrong-media = Ehara te tāpaetanga i te rārangi oro kotahi me te Opus i te ahunga tika.
    .remedy = Tāpaetia kia kotahi te rārangi Opus, kaua he ataata: sendonly hei whakatangi, recvonly hei whakarongo.
fault-server-wrong-value = He roa rawa tētahi taitara, tētahi ingoa rānei, kei waho rānei tētahi wā i te awhe.
    .remedy = Kaua e nui ake i te 120 pū, me te kore whati rārangi.
fault-server-tag-missing = I tae mai te panonitanga me te kore tūtohu hinonga.
    .remedy = Tukua te ETag o te hononga hei If-Match.
fault-server-tag-stale = I tae mai te panonitanga me te tūtohu hinonga kua kore e mana.
    .remedy = Tukua te ETag i tae mai me te hononga.
    .remedy = Hono hou ina ngaro.
fault-server-full = Kāore e taea e ētahi atu te hono i tēnei wā. Ka haere tonu te hunga kua hono.
    .remedy = Whakamātau anō i roto i ētahi hēkona.
fault-server-too-many = He nui rawa ngā tono, ngā hononga rānei mai i tēnei wāhitau.
    .remedy = Whakamātau anō i roto i ētahi hēkona.
fault-server-broken = Kāore te tūmau i āhei te mahi i tēnei nā tētahi hē nōna ake.
    .remedy = Whakamātau anō i roto i ētahi hēkona; kei te rangitaki te take mā te kaitiaki o te tūmau.

fault-server-archive = Kāore e taea te whakamahi i te pūranga i { $place }: { $reason }. Kāore he mea i huri.
    .remedy = Tīpakohia he kōpaki, he pātaka kē rānei mā --archive. Mō s3://… me tautuhi AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION me AWS_ENDPOINT, ki te kore nā Amazon.
fault-server-no-upload = Kāore he tukuake pērā a tēnei kaipuoro.
    .remedy = Tīmataria tētahi hou.
fault-server-upload-over = Kua whakarērea tēnei tukuake, kāore rānei tētahi i haere tonu mō te wiki kotahi.
    .remedy = Tīmataria tētahi hou; kāore i pā ki te kōnae tonu.
fault-server-wrong-version = Kāore te tono i te kōrero tus 1.0.0, te putanga kotahi e kōrero ai tēnei tūmau.
    .remedy = Tukua Tus-Resumable: 1.0.0 me ia tono.
fault-server-wrong-chunk-type = I tae mai ngā paita me te kore momo ihirangi o te wāhanga.
    .remedy = Tukua he application/offset+octet-stream.
fault-server-wrong-offset = Kāore ēnei paita e tīmata i te mutunga o te tukuake. Kāore he mea i huri.
    .remedy = Uia mā HEAD kei hea tōna mutunga, ka haere tonu ai i reira.
fault-server-past-end = I nui ake ngā paita i tae mai i te roa i kīia mō te kōnae. Kāore tētahi o ērā i puritia.
    .remedy = Tīmataria he tukuake hou me te roa tika.
fault-server-wrong-checksum = I rerekē te taenga mai o ēnei paita i tō rātou tukunga. Kāore tētahi o ērā i puritia.
    .remedy = Tukua anō.
fault-server-unknown-checksum = He momo tapeke taki tēnei kāore e mōhiotia ana e tēnei tūmau.
    .remedy = Whakamahia a sha256, a sha1 rānei.
fault-server-interrupted = I ngaro te hononga i mua i te taenga mai o ngā mea katoa.
    .remedy = Uia mā HEAD te nui kua haumaru, ka haere tonu ai i reira.
fault-server-no-hash = I tae mai te tukuake me te kore SHA-256 o te kōnae katoa, ā, ki te kore tērā kāore e mōhiotia mēnā ka tae mai ia moka.
    .remedy = Tukua i te Upload-Metadata hei sha256: kia 64 ngā mati tekau mā ono, i te Base64.
fault-server-no-master = Ko ngā hopukanga matua anake ka tangohia e te pūranga.
    .remedy = Tukua he kōnae WAV, FLAC rānei, hei audio/wav, hei audio/flac rānei.
fault-server-master-too-large = He rahi ake te kōnae i te { $limit } GiB e taea ana e te pūranga.
    .remedy = Tukua hei wāhanga, hei FLAC rānei.
fault-server-too-many-uploads = Kei te haere kē ngā tukuake e { $limit } a tēnei kaipuoro.
    .remedy = Whakaotia tētahi, whakarērea rānei tētahi.
fault-server-archive-full = E { $wanted } MiB te rahi o te kōnae, engari e { $left } MiB anake e toe ana mā tēnei kaipuoro i te pūranga. Kāore i pā ki ngā mea kei roto.
    .remedy = Tangohia ngā hopukanga kia { $over } MiB i te pūranga, tonoa rānei he wāhi anō i te kaitiaki o te tūmau.
fault-server-no-disk = Kua kī te kōpae o te pūranga. Kei te haumaru ngā mea i tae i mua.
    .remedy = Whakamōhiotia te kaitiaki o te tūmau; ina whai wāhi, tukua ake anō: ka haere tonu i reira.
fault-server-no-recording = Kāore he hopukanga pērā i te pūranga.
    .remedy = Tirohia te whakaaturanga mō ngā mea kei reira.
fault-server-no-such-range = Kāore he paita o te hopukanga i te awhe i tonoa.
    .remedy = Tonoa he awhe kei roto i tōna roa.
