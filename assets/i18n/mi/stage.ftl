# Te atamira: te mea whakahaere i te whakaaturanga.

fault-stage-settings = Kāore i taea te tiaki ngā tautuhinga ki { $folder }: { $why }. Kāore te whakaaturanga e pāngia ana.
    .remedy = Whakawāteahia he wāhi ki reira, tukuna rānei te taupānga kia tuhi ki reira.
fault-stage-settings-read = Kāore i taea te pānui ngā tautuhinga i { $file }: { $why }. Ka tīmata te taupānga me te kore o aua tautuhinga.
    .remedy = Kōwhiria anō te pūrere, te kōpaki me te tūmau.
fault-stage-set-aside = Kāore i taea te whakamahi { $file }, ā, kei te puritia hei { $kept }. Kāore he mea o roto i ngaro.
    .remedy = Whakatikaina, whakamahia rānei me te putanga nāna i tuhi, ka hoatu anō ai tōna ingoa tawhito.
fault-stage-desk-inputs = Ka tohu te papa i te tāuru { $needed }, engari e { $inputs } noa ngā tāuru o { $device }.
    .remedy = Kōwhiria he pūrere e { $needed } ōna tāuru, whāngaia rānei ngā aho ki ngā tāuru kei reira.
fault-stage-thread = Kāore i tīmata te whakaaturanga: kāore te pūnaha i homai i tētahi miro ({ $why }).
    .remedy = Katia ētahi atu pūmanawa, ka whakamātau anō.
fault-stage-died = Nā tētahi hapa o te taupānga i mutu ai te whakaaturanga. Kei te haumaru ngā mea i hopukina i mua.
    .remedy = Tīmataria anō, ka whakamōhio ai ki ngā kaihanga o te taupānga.
fault-stage-shelf = Nā tētahi hapa o te taupānga i mutu ai te mahi ki tētahi hopukanga. Ka haere tonu te whakaaturanga, ā, kāore tētahi hopukanga i hurihia.
    .remedy = Mahia anō; ki te hē anō, whakamōhio ki ngā kaihanga o te taupānga.
fault-stage-ring = Kei te tangi te huringa o te hopuoro me te tukuoro i te { $freq }.
    .remedy = Whakahekea taua hopuoro, anga kē rānei i te tukuoro; ka āwhina hoki te tapahi whāiti i te { $freq }.
fault-stage-ring-strip = Kei te tangi a “{ $strip }” i te { $freq }: kei te rongo tōna hopuoro i te tukuoro.
    .remedy = Whakahekea a “{ $strip }”, anga kē rānei tōna hopuoro i te tukuoro; ka āwhina hoki te tapahi whāiti i te { $freq } i tōna EQ.
