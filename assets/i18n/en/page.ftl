# The listener's page.

page-product = Covers & Kōrero Live
page-tab-home = On air · Covers & Kōrero Live
page-tab-artist = { $artist } · Covers & Kōrero Live
page-tab-live = Live: { $artist } · Covers & Kōrero Live

page-play = Play
page-stop = Stop
page-play-artist = Play { $artist }
page-stop-artist = Stop { $artist }
page-volume = Volume

# What is going on, in a word or two, and one sentence below it.
page-state-looking = One moment
page-state-looking-line = Looking for this artist. You can press Play already.
page-state-ready = On air now
page-state-ready-line = Press Play to listen.
page-state-away = Interrupted
page-state-away-line = The artist's connection was lost. Press Play and leave the page open: the sound comes back by itself.
page-state-away-wanted-line = The artist's connection was lost. You will hear the sound by itself once it is back.
page-state-waiting = Not yet on air
page-state-waiting-line = Press Play and leave the page open: you will hear the first note by itself.
page-state-waiting-wanted-line = You will hear the first note by itself. Leave this page open.
page-state-connecting = Connecting
page-state-connecting-line = The sound is on its way.
page-state-live = Live
page-state-live-line = You are listening live.
page-state-reconnecting = Reconnecting
page-state-reconnecting-line = The sound was interrupted. It comes back by itself.
page-retry = Try now
page-state-ended = The performance has ended
page-state-ended-line = Thank you for listening.
page-state-ended-wanted-line = Thank you for listening. If the music starts again, it plays by itself.
page-state-missing = No artist at this address
page-state-missing-line = Check the link, or see who is on air.
page-state-blocked = The sound is held back
page-state-blocked-gesture-line = Your browser waits for your word. Press Play once more.
page-state-blocked-browser-line = This browser cannot play live sound. Open the link in a current Chrome, Edge, Firefox or Safari.
page-state-blocked-network-line = This network lets the page through, but not the live sound. The player keeps trying; mobile data or another network is likely to work.
page-state-blocked-full-line = Every seat is taken right now. The player keeps trying and lets you in by itself.
page-state-offline-line = The server cannot be reached right now. The player keeps trying by itself.

page-listeners = { $count ->
    [0] Nobody is listening yet
    [one] { $count } person is listening
   *[other] { $count } people are listening
}
page-on-air-for = On air for { $time }

page-details = The sound in figures
page-details-idle = Figures appear while you listen.
page-figure-stage = From the stage to this page
page-figure-player = Delay of this player
page-figure-buffer = Waiting in the buffer
page-figure-trip = Way to the server and back
page-figure-bitrate = Sound received
page-figure-lost = Packets lost
page-figure-concealed = Sound filled in
page-figure-jitter = Unsteadiness of arrival
page-figure-left = Peak, left
page-figure-right = Peak, right
page-unit-ms = { $value } ms
page-unit-kbps = { $value } kbit/s
page-unit-percent = { $value } %
page-unit-db = { $value } dBFS
page-unit-unknown = not known

page-home = On air now
page-home-empty = Nobody is on air at the moment.
page-home-others = Other artists
page-home-looking = Looking for who is on air.
page-home-unreachable = The server cannot be reached right now. This list comes back by itself.
page-lost = Nothing lives at this address
page-lost-line = Check the link, or see who is on air.
page-see-who = See who is on air

page-language = Language
page-language-en = English
page-language-mi = Te reo Māori
