# Ngā hiahia kāore e taea ināianei.

fault-session-no-device = Kāore anō he pūrere oro kia kōwhiria, nō reira kāore anō he mea hei whakarongo.
    .remedy = Kōwhiria tō pūrere oro i runga.
fault-session-no-target = Kāore te taupānga e mōhio ana ko whea te whakaaturanga e haere ai.
    .remedy = Tuhia te wāhitau me te kī i hoatu e tō tūmau, e tō wāhi whakaatu rānei.
fault-session-too-many-strips = Kua kī te papa: e { $most } ōna aho.
    .remedy = Tangohia tētahi aho kāore e whakamahia ana e koe.
