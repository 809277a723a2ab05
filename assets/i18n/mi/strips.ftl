# Ngā hongere e noho tahi ana: ō rātou wāhanga kia iti, te mahi a ngā kaha, ngā hongere e neke ngātahi ana.

strips-faders = Ngā kaha
strips-faders-tip = Te mahi a ngā kaha o ngā hongere: mō te ranunga, mō te tuku rānei ki tētahi pānga, ki ngā taringa rongo rānei.
strips-to-mix = Ki te ranunga
strips-to-mix-tip = Ka hoki ngā kaha ki te ranunga (Esc).
strips-level = { $strip }: { $layer }
strips-narrow = Whāiti
strips-narrow-tip = Hongere whāiti, kia maha ake ngā mea e kitea ana
strips-together = { $count } ngātahi
strips-together-named = E { $count } ngā hongere e neke ngātahi ana: tukuna (Esc)
strips-selected = { $strip }, hongere { $number }, kua tīpakohia
strips-select-tip = Mā te Ctrl-pāwhiri, te Shift-pāwhiri, te Shift me ngā pātuhi pere rānei e tīpako i ētahi: ka neke ngātahi ō rātou kaha, ngū me te anake.
strips-map = Ngā hongere e kitea ana
strips-map-value = { $first } ki { $last }
strips-lamp-on = { $strip }: { $stage } kua kā
strips-lamp-off = { $strip }: { $stage } kua weto
strips-lamp-inserts = { $strip }: kuhunga: { $effects }
strips-lamp-no-inserts = { $strip }: kāore he kuhunga
strips-lamp-bypassed = { $effect } (kua weto)
strips-lamp-tip = Mā te pāwhiri rua e whakatuwhera.
strips-eq-curve = { $strip }: ānau whārite
strips-sends = { $strip }: ngā tuku: { $levels }
strips-sends-none = { $strip }: kāore he tuku
strips-reduction = { $strip }: heke o te kaha
edit-together = hongere e { $count }: { $control }
strips-band = { $band }: pūwāhi o te ānau
strips-band-tip = Tōia: auau me te piki. Te wīra, te kini rānei: Q. Pāwhiri rua: papatahi. Ngā pātuhi: pere, + me −, Home.

# Te tae o te hongere
strips-hue = Te tae o { $strip }: { $hue }
strips-hue-tip = Kōwhiria he tae kē.
strips-hue-key = { $strip }: { $hue }
hue-0 = whero
hue-1 = karaka
hue-2 = kōwhai
hue-3 = kākāriki kōwhai
hue-4 = kākāriki
hue-5 = pounamu
hue-6 = kikorangi kākāriki
hue-7 = kikorangi
hue-8 = kahurangi
hue-9 = kahurangi waiporoporo
hue-10 = waiporoporo
hue-11 = māwhero

# Kotahi te hongere, kia rahi
focus-large = { $channel }: kia rahi
focus-large-key = Rahi
focus-large-tip = Ka riro i tēnei hongere te teitei katoa: ka nui haere ngā ānau, ka kitea hoki te heke o te kaha i ngā hēkona kua pahure.
focus-compare = { $channel }: tautuhinga { $letter }
focus-compare-tip = Ngā tautuhinga e rua o te hongere, hāunga te piki, te kaha me ngā tuku. Ko te mea e kā ana ka rangona, ka whakarerekēhia. Ka taea te whakahoki ia hurihanga.
focus-lately = te heke o te kaha i ngā hēkona kua pahure
focus-late = { $ms } ms
focus-late-tip = Ko te roa tēnei o te tōmuri o te hongere. Ka puritia ngā mea katoa mōna, hāunga ngā taringa rongo.
focus-removed = whakarongo ki ngā mea ka tangohia
focus-removed-key = Tangohanga
focus-removed-tip = Ka puta ki ō taringa rongo ko ngā mea anake ka tangohia e te whakakore pīoro: he puoro kei roto? Kāore e rerekē tā te hunga whakarongo e rongo ai. Ka mutu i tētahi pātuhi anake.
edit-compare = A/B o { $channel }

# Ngā mea i mahia
trail-name = Ngā mea i mahia
trail-tip = Ngā panonitanga katoa o te papa, hei kupu; mā te pāwhiri e hoki ki reira, e haere whakamua anō rānei.
trail-turned = { $edit }: { $values }
trail-values = { $from } → { $to }
trail-on = kā
trail-off = weto
trail-back = { $edit } (kua whakahokia)
trail-beginning = Te tīmatanga o te pō
