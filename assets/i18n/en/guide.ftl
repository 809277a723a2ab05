# The guide through the first minute, and what the inputs of known interfaces are called.

guide-panel = First steps
guide-panel-tip = Leads from the interface to on air, one step after the other.
guide-step = Step { $number } of { $all }: { $step }
guide-welcome = Welcome
guide-interface = Interface
guide-play = Play
guide-level = Level
guide-place = Where to
guide-ready = Live

guide-welcome-title = Kia ora. A minute, and you are on air.
guide-welcome-lead = Six short steps. Each can be skipped, done again and taken back, and nothing goes out before you hold “Go live”.
guide-interface-title = Which interface do you play into?
guide-interface-lead = Press it. Never is another one taken in its place.
guide-play-title = Play, and it is labelled
guide-play-lead = Let everybody play, one after the other, as loudly as in the show. Each instrument appears below with its input and its trim. Give it a name if you like.
guide-level-title = Loud enough, and not too loud
guide-level-lead = Play the loudest song of the evening. The needle should stand in the green part, where listeners expect it.
guide-place-title = Where does the show go?
guide-place-lead = To your server, to a radio station, or to any other place; up to four at once.
guide-ready-title = Ready when you are
guide-ready-lead = Give the evening a name if you like. Everything that goes out is recorded too.

guide-chosen = chosen
guide-begin = Begin
guide-go-on = Go on
guide-take = Take over and go on
guide-skip = Skip this step
guide-done = Close the guide
guide-back = Back
guide-leave = Leave the guide
guide-leave-tip = Leaves it (Esc). “First steps” in the menu “Look” opens it again.
guide-undo = Undo

guide-no-interface = No interface is found. Plug it in and switch it on, then look again.
guide-inputs = { $inputs ->
        [one] 1 input
       *[other] { $inputs } inputs
    }
guide-let-go = Let go of it
guide-rate = It runs at { $khz } kHz and is converted on the way. 48 kHz, in its own settings, spares that.
guide-headphones = Hear yourself in its headphones
guide-headphones-tip = Plays the first headphone mix at outputs 1 and 2 of this interface.
guide-no-outputs = It plays nothing. Headphones on another device are chosen at the top.
guide-no-device = Choose an interface first; then each instrument is found while it is played.
guide-nobody = Nobody is heard yet. Play, or turn the gain up at the interface.
guide-bring = Bring the mix to −{ $target } LUFS
guide-clips = { $strip } clips. Turn its gain down at the interface, or its trim here.
guide-clips-again = Look again whether it clips

guide-paste = Link or address
guide-paste-hint = https://live.example/@name
guide-paste-how = Paste the link of your page on the server, or the address that its host gave you. A key in it or behind it is taken along, and goes nowhere else.
guide-key = Key
guide-key-how = Paste the key that the host gave you. It stays in the key store of this computer.
guide-more = Everything about it
guide-artist = Who plays
guide-evening = What the evening is called
guide-artist-hint = What are you called?
guide-hold = Hold “Go live” at the right until it is full.
guide-strips = { $count ->
        [one] 1 strip
       *[other] { $count } strips
    }
guide-no-strips = no strips yet
guide-nowhere = nowhere yet

# As printed on the interface.
input-mic = Mic { $number }
input-instrument = Inst { $number }
input-line = Line { $number }
input-spdif = S/PDIF { $number }
input-adat = ADAT { $number }
input-loopback = Loopback { $number }
input-pair = { $left }+{ $right }
input-show-loopback = Show loopback
