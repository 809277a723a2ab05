# Te whakaputa kōnae ara-maha mā te pūranu, kāore he atamira hono.

fault-render-read = Kāore i taea te pānui i a “{ $file }”: { $reason }. Kāore he mea i tuhia.
    .remedy = Hoatu he kōnae WAV e 16, e 24, e 32 rānei ngā moka, he kōnae FLAC rānei.
fault-render-rate = E { $rate } ngā anga o “{ $file }” i te hēkona, e { $wanted } ngā anga o te pūranu. Kāore he mea i tuhia.
    .remedy = Hurihia te kōnae ki te { $wanted } Hz, ka whakamātau anō ai.
fault-render-inputs = E hiahia ana te papa ki te tāuru { $needed }, engari e { $channels } noa ngā hongere o “{ $file }”. Kāore he mea i tuhia.
    .remedy = Kōwhiria he papa kē, he kōnae rānei kei reira ngā tāuru katoa.
fault-render-write = Kāore i taea te tuhi i a “{ $file }”: { $reason }. Kei te pai tonu te kōnae o mua e pērā ana te ingoa.
    .remedy = Kōwhiria he kōpaki ka taea te tuhi, he wāhi anō kei tōna kōpae.
fault-render-long = He roa rawa te oro mō te kōnae WAV kotahi ({ $hours } hāora te mōrahi). Kei te pai tonu te kōnae o mua e pērā ana te ingoa.
    .remedy = Tapahia te ara-maha kia poto ake ngā wāhanga.
fault-render-same = Ka tuhirua a { $file }: he puna o te ranunga, he ingoa rānei kua whakamahia kē. Kāore he mea i panonihia.
    .remedy = Kōwhiria he ingoa kē, he kōpaki kē rānei.
