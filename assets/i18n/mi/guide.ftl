# Te arahanga mō te meneti tuatahi, me ngā ingoa o ngā urunga o ngā taputapu oro e mōhiotia ana.

guide-panel = Ngā hīkoi tuatahi
guide-panel-tip = Ka arahi i te taputapu oro ki te pāho, hīkoi ki te hīkoi.
guide-step = Hīkoi { $number } o te { $all }: { $step }
guide-welcome = Nau mai
guide-interface = Taputapu oro
guide-play = Whakatangi
guide-level = Kaha
guide-place = Ki hea
guide-ready = Pāhotia

guide-welcome-title = Kia ora. He meneti noa, kua pāho koe.
guide-welcome-lead = E ono ngā hīkoi poto. Ka taea ia hīkoi te peke, te mahi anō, te whakahoki; kāore he oro e puta atu kia puritia rā anō a “Pāhotia” e koe.
guide-interface-title = Ka whakatangi koe mā tēhea taputapu oro?
guide-interface-lead = Pēhia. E kore rawa tētahi atu e tangohia hei whakakapi.
guide-play-title = Whakatangihia, ka tapaina
guide-play-lead = Me whakatangi te katoa, tētahi i muri i tētahi, kia rite te kaha ki tō te whakaaturanga. Ka puta ia taonga ki raro nei, me tōna urunga me tōna uru. Tapaina ki te pīrangi koe.
guide-level-title = Kia kaha, kaua e kaha rawa
guide-level-lead = Whakatangihia te waiata kaha rawa o te pō. Me tū te ngira ki te wāhi kākāriki, ki te kaha e hiahiatia ana e te hunga whakarongo.
guide-place-title = Ka haere te whakaaturanga ki hea?
guide-place-lead = Ki tō tūmau, ki tētahi teihana reo irirangi, ki wāhi kē atu rānei; kia whā i te wā kotahi.
guide-ready-title = Kua rite, kei a koe te tikanga
guide-ready-lead = Tapaina te pō ki te pīrangi koe. Ka hopukina hoki ngā mea katoa ka pāhotia.

guide-chosen = kua tohua
guide-begin = Tīmata
guide-go-on = Haere tonu
guide-take = Tangohia mai, haere tonu
guide-skip = Pekea tēnei hīkoi
guide-done = Katia te arahanga
guide-back = Hoki
guide-leave = Waiho te arahanga
guide-leave-tip = Ka waiho (Esc). Mā “Ngā hīkoi tuatahi” i te tahua “Āhua” e whakatuwhera anō.
guide-undo = Whakahokia

guide-no-interface = Kāore he taputapu oro i kitea. Honoa, whakakāngia, ka kimi anō ai.
guide-inputs = { $inputs ->
        [one] 1 urunga
       *[other] { $inputs } urunga
    }
guide-let-go = Tukuna
guide-rate = E rere ana i te { $khz } kHz, ā, ka whakahuria i te ara. Mā te 48 kHz, i ōna ake tautuhinga, e kore ai.
guide-headphones = Whakarongo ki a koe anō i ōna taringa rongo
guide-headphones-tip = Ka puta te ranunga taringa tuatahi i ngā putanga 1 me te 2 o tēnei taputapu.
guide-no-outputs = Kāore he putanga. Kōwhiria i runga rā ngā taringa rongo i taputapu kē.
guide-no-device = Me mātua kōwhiri he taputapu oro; kātahi ka kitea ia taonga ina whakatangihia.
guide-nobody = Kāore anō tētahi i rangona. Whakatangihia, whakapikihia rānei te kaha i te taputapu oro.
guide-bring = Kia −{ $target } LUFS te ranunga
guide-clips = E pakaru ana te oro o { $strip }. Whakahekea te kaha i te taputapu oro, tōna uru rānei i konei.
guide-clips-again = Tirohia anō mēnā e pakaru ana

guide-paste = Hononga, wāhitau rānei
guide-paste-hint = https://live.example/@ingoa
guide-paste-how = Whakapiria te hononga o tō whārangi i te tūmau, te wāhitau rānei i hoatu e tōna kaitiaki. Ka mauria hoki te kī kei roto, kei muri rānei, ā, kāore e haere ki wāhi kē.
guide-key = Kī
guide-key-how = Whakapiria te kī i hoatu e te kaitiaki. Ka noho ki te puna kī o tēnei rorohiko.
guide-more = Ngā mea katoa mōna
guide-artist = Ko wai e whakatangi ana
guide-evening = Te ingoa o te pō
guide-artist-hint = Ko wai tō ingoa?
guide-hold = Pupuritia a “Pāhotia” i te taha matau kia kī rā anō.
guide-strips = { $count ->
        [one] 1 hongere
       *[other] { $count } hongere
    }
guide-no-strips = kāore anō he hongere
guide-nowhere = kāore anō he wāhi

# Pērā i tērā kei te taputapu.
input-mic = Mic { $number }
input-instrument = Inst { $number }
input-line = Line { $number }
input-spdif = S/PDIF { $number }
input-adat = ADAT { $number }
input-loopback = Hokinga { $number }
input-pair = { $left }+{ $right }
input-show-loopback = Whakaatu hokinga
