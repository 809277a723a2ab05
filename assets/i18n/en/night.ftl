# The black box: the timeline of a night, and the support bundle.

night-title = The night so far
night-title-tip = Shows what happened this night: air, interface, recording, network and faults, newest first.
night-empty = Nothing has happened yet.
night-retry = Try again now
night-retry-tip = Asks the far side again at once instead of at the next turn.
night-began = Kōrero { $version } began on { $system }.
night-device = Sound from { $name }: { $inputs } inputs, { $rate } Hz, { $frames } frames a callback, { $realtime ->
        [yes] realtime priority
       *[no] no realtime priority
    }.
night-device-away = The interface is away.
night-device-none = No interface.
night-gap = { $milliseconds } ms of sound missing: { $cause ->
        [device] the interface lost it
        [away] the interface was away
       *[tap] a reader was too slow
    }.
night-recording = Recording began.
night-recorded = Recording ended.
night-on-air = On air at { $to }: the far side confirms it.
night-reconnecting = Off air at { $to } for the moment; getting back on.
night-refused = { $to } refuses the key or the address.
night-off-air = Off air at { $to }.
night-path = Sound goes to { $to } { $path ->
        [udp] straight, by UDP.
        [tcp] over TCP: the network blocks UDP.
       *[relay] over a relay (TURN): the network blocks the straight way.
    }
night-ear = Our own ear at { $to }: { $word }
night-rate = { $to } gets { $kilobits } kb/s now, in packets of { $milliseconds } ms, as the network carries it.
night-network = { $to }: { $kilobits } kb/s going out{ $rtt ->
        [-1] {""}
       *[other] , { $rtt } ms there and back
    }{ $lost ->
        [-1] {""}
       *[other] , { $lost } % lost
    }{ $listeners ->
        [-1] .
        [one] , one listener.
       *[other] , { $listeners } listeners.
    }
night-checked = The network to { $to } was checked. { $found }
night-ended = Kōrero ended in order.
cli-report = The report lies in { $file }. There are no keys and no sound in it; have a look before you send it.
fault-night-write = The timeline of the night cannot be written to { $file }: { $why }. Recording and air go on.
    .remedy = Nothing to do now. Free some space there before the next show.
fault-night-lost = { $count ->
        [one] One moment is missing here
       *[other] { $count } moments are missing here
    }: the disk was too slow for the timeline. Recording and air went on.
    .remedy = Before the next show, see what else keeps the disk busy.
fault-night-read = There is no timeline to report on in { $file }: { $why }.
    .remedy = Name a take with --take, or play a show first.
fault-night-bundle = The report could not be written to { $file }: { $why }.
    .remedy = Name another file with --out.
fault-night-none = No night was played yet that could be reported on: { $folder } is empty.
    .remedy = Name a take with --take, or play a show first.
