# The check of the network before a show.

check-good = Good for { $bitrate } kb/s stereo.
check-narrow = Good for { $bitrate } kb/s stereo: the network carries about { $carries } kb/s.
    .remedy = Choose { $bitrate } kb/s. A cable instead of Wi-Fi, or another network, may carry more.
check-safest = Carries { $bitrate } kb/s in long packets: the network carries about { $carries } kb/s in all.
    .remedy = Choose “safest” (20 ms) and { $bitrate } kb/s. A cable instead of Wi-Fi, or another network, may carry more.
check-thin = The network carries about { $carries } kb/s, less than music needs: a show would go on, and sound poorer.
    .remedy = Use another network. If there is none, choose “safest” (20 ms) and { $bitrate } kb/s, and let nobody else use this one.
check-lossy = Unsteady: { $loss } % of all packets are lost on the way. They are sent again, and listeners hear a gap now and then.
    .remedy = Use a cable instead of Wi-Fi, or go nearer to the router. There is room for { $bitrate } kb/s.
check-bursts = Unsteady: { $loss } % of all packets are lost, many in a row. Listeners will hear gaps.
    .remedy = Use a cable instead of Wi-Fi, or another network. There is room for { $bitrate } kb/s.
check-uneven = Unsteady: sound arrives unevenly, by { $jitter } ms. Listeners will hear it later, and gaps at first.
    .remedy = Use a cable instead of Wi-Fi, or stop downloads on this network. There is room for { $bitrate } kb/s.
check-over-tcp = UDP is blocked here: the show would go over TCP, about { $later } ms later. There is room for { $bitrate } kb/s.
    .remedy = Ask for UDP to be let through, or use another network, such as that of a telephone.
check-relayed = The straight way is blocked here: the show would go over a relay (TURN), about { $later } ms later. There is room for { $bitrate } kb/s.
    .remedy = Ask for UDP to be let through, or use another network, such as that of a telephone.
check-too-narrow = The network carries about { $carries } kb/s: too little for a show.
    .remedy = Use another network, such as a cable or a telephone.
check-no-sound = The server answers, but no sound gets there: this network blocks every way that it could take.
    .remedy = Use another network, such as that of a telephone, or ask whoever hosts the server whether its port for sound is open.
check-no-server = There is no way to the server from here.
    .remedy = Look whether this computer is on the internet and whether the address is right.

check-doing-direct = Looking for the straight way, by UDP.
check-doing-tcp = Looking for a way over TCP.
check-doing-relay = Looking for a way over a relay (TURN).
check-doing-sending = Sending { $bitrate } kb/s.
check-doing-waiting = Waiting until the way is empty again.
check-way-direct = UDP: connected within { $connected } ms, { $rtt } ms there and back.
check-way-tcp = TCP: connected within { $connected } ms, { $rtt } ms there and back.
check-way-relay = Relay (TURN): connected within { $connected } ms, { $rtt } ms there and back.
check-closed-direct = UDP: blocked.
check-closed-tcp = TCP: blocked.
check-closed-relay = Relay (TURN): blocked.
check-carries = Carries { $kbps } kb/s with all headers; { $loss } % lost, uneven by { $jitter } ms, a queue of { $queue } ms when it is full.
check-carries-all = Carries all that was tried, { $kbps } kb/s with all headers; { $loss } % lost, uneven by { $jitter } ms.
cli-check-stopped = Stopped. Nothing is known of the network.

fault-check-none = { $host } has no hidden check at this address. Nothing was sent there.
    .remedy = Look at the address. Only a server of Covers & Kōrero Live can be checked; another would show the check to everybody.
fault-check-on-air = The network is not checked while a show is on air: the check would take its room.
    .remedy = Leave the air first, or look at the figures of the show itself.

check-begin = Check the network
check-named = { $name }: check the network
check-tip = Sends sound for twenty seconds that nobody hears, and says how good a show can be
check-not-on-air = Not while a show is on air: the check would take its room
check-only-ours = Only servers of Covers & Kōrero Live can be checked: others would show the check to everybody
check-stop = Stop the check
check-take = Use these settings
check-put-away = Put away
