# The command line.

cli-version = korero { $version }
cli-help =
    Covers & Kōrero Live

    korero                        open the window
    korero devices [--json]       list the sound interfaces
    korero air --to URL …         go on air without a window; “--to” may be said four times: WHIP addresses (https://…)
                                  or icecast://host:8000/mount
        --key-file FILE           the stream key of the address before it, in a file that only you can read; else
                                  KORERO_KEY (for the first one), else the key that the window kept
        --desk FILE               the desk; without it every input is a strip
        --record DIR              where the 24-bit master goes
        --inputs --groups --cues  record every input dry, the groups, the headphone mixes as well
        --float --file-per-track  32-bit float; a file for each input and each stereo pair
        --mirror DIR              write everything to a second disk too
        --fail-over DIR           go on there when the first disk is in trouble
        --rolling SECONDS         keep so much rolling on the disk; “record” waits for Enter then
        --pre-roll SECONDS        what is recorded then begins so much earlier, 10 unless said
        --host cpal:ID            an interface, by the id that “devices” lists
        --host scripted:FILE      a multitrack or a script instead of an interface
        --for SECONDS             end after that time
        --bitrate BITS            of the address before it, 64000 to 510000, 256000 unless said; less while the
                                  network carries less
        --safest                  the address before it gets packets of 20 ms: best through a bad network
        --frames N                frames in one callback, 16 to 8192
        --ear URL                 where the app listens to itself (WHEP), for a server that is not ours
        --no-ear                  do not listen to the show as listeners hear it
        --title TEXT --artist TEXT
        --monitor ID              headphones
        --stats FILE.json         write what happened at the end
    korero check --to URL         twenty seconds that nobody hears: how good a show can be on this network, and what to set
        --key-file FILE --json    as for “air”; ends with 0 when all is well, 1 with limits, 2 when there is no way
    korero record [--mix] [--inputs] --into DIR …   record only, no network
    korero render --desk FILE --in FILE… --out MIX.wav
                                  mix a multitrack (WAV, FLAC) offline; several files stand beside each other
        --stems DIR               also each strip, group and return alone
        --cues DIR                also the headphone mixes
        --scene NAME              recall that scene first
        --scenes FILE             the scenes; without it those of the window
        --preset STRIP=PRESET     put a preset on a strip first; may be said for several
    korero takes upload TAKE|FILE --to URL
                                  send a master (WAV, FLAC) to the archive of the server, after the show or during it
        --key-file FILE           the stream key, as for “air”
        --performance ID          the performance, when the take does not tell
    korero setup                  listen while you play, and tell what each input is
        --host … --seconds N --json
        --desk FILE               write a desk with these strips and trims
    korero takes list [DIR]       list the takes, newest first; “show DIR” tells all about one
    korero takes verify [DIR]     check every file against what was recorded
    korero takes repair [DIR]     mend what a crash or a power cut left
    korero takes export TAKE      write its songs as files into the folder “Songs” of the take
        --songs | --whole         a file for each song (between markers), or one for all
        --as wav,flac,opus        the forms: 24-bit WAV, 24-bit FLAC, Ogg Opus
        --fade-in S --fade-out S  fades of so many seconds; --head S --tail S adds what lies around a song
        --matched                 also copies of the same loudness
        --loudness LUFS           of these copies, -40 to -6; -16 unless said
        --ceiling DBTP            what their true peaks never pass, -9 to -0.1; -1 unless said
        --bitrate BITS            of Opus, 192000 unless said
        --file PART               mix, inputs, groups or “cue 1”; “inputs 3” is one track of it
        --into DIR                another folder
    korero takes rename DIR [--artist NAME] [--title NAME]
                                  name a take anew; the sound in it stays as it is
    korero takes bin DIR          put a take into the system’s bin
    korero report [--take DIR]    tell what happened in the latest night, or in that of a take
        --out FILE.zip            where the report for whoever helps goes; there are no keys and no sound in it
    korero desk new               print a commented desk file
    korero desk check FILE        say whether a desk file is good
    korero desk presets           list the presets for strips

    KORERO_LANGUAGE=mi speaks te reo Māori.
cli-device = { $id }  { $name }  ({ $inputs } in, { $outputs } out)
cli-no-devices = No sound interface was found.
cli-preset = { $id }  { $name }
cli-desk-good = { $file } is a good desk with { $strips } strips.
cli-running = Sound comes from { $name }: { $inputs } inputs, { $rate } Hz, { $frames } frames a callback.
cli-away = The interface is away. It is looked for; the show goes on by itself when it is back.
cli-recording = Recording into { $files }
cli-on-air = On air.
cli-connecting = Connecting to { $url }
cli-reconnecting = Off air for the moment; getting back on.
cli-listen = Listeners: { $url }
cli-ending = Ending the show.
cli-recorded = The recording lies in { $files }
cli-takes-none = There are no takes in { $folder }.
cli-take = { $take }  { $length }  { $state ->
        [whole] whole
        [busy] is being recorded
        [open] not ended
       *[recovered] recovered, { $lost } s lost
    }
cli-take-places = take { $id }
cli-take-file = { $file }: { $part }, { $channels } ch, { $frames ->
        [-1] not ended
       *[other] { $frames } frames
    }, { $gaps } gaps
cli-take-performance = on air as the performance { $id }
cli-take-loudness = { $file }: { $lufs } LUFS, true peak { $peak } dBTP
cli-take-quiet = { $file }: nothing in it is loud enough to be measured
cli-take-reading = Reading { $file } once, to measure it.
cli-take-moment = { $at }  { $clock }  { $what }
cli-take-renamed = The take lies in { $folder }
cli-take-binned = { $take } is in the system’s bin.
cli-take-good = { $take }: every file is whole.
cli-take-recovered = { $take }: recovered, { $lost } s lost.
cli-take-left-alone = { $file } is no recording of ours, or is not there, and was left alone.
cli-takes-nothing-to-mend = Nothing had to be mended.
cli-rendered = { $file }: { $seconds } s, { $speed } times as fast as it plays.
cli-rendered-levels = { $lufs } LUFS, true peak { $peak } dBTP; the limiter took { $reduction } dB at most.
cli-setup-listening = Listening to { $inputs } inputs of { $name } for { $seconds } s. Play one instrument after the other, as loudly as in the show.
cli-setup-input = Input { $input }
cli-setup-inputs = Inputs { $first }-{ $last }
cli-setup-mono = { $name }: { $average } dBFS on average, peaks at { $peak } dBFS. Trim { $trim } dB.
cli-setup-pair = { $name }: a stereo pair, { $average } dBFS on average, peaks at { $peak } dBFS. Trim { $trim } dB.
cli-setup-inverted = { $name }: a stereo pair with one side of the wrong polarity, { $average } dBFS on average, peaks at { $peak } dBFS. Trim { $trim } dB, and turn the polarity of one side.
cli-setup-silent = Nothing was played into: { $inputs }
cli-setup-loopback = These bring back what the computer plays and are left out: { $inputs }
cli-setup-sum = All of them together would clip: bring the mix down by { $over } dB.
cli-setup-desk = The desk is in { $file }
cli-upload-hashing = Reading { $file } once, so that its arrival can be checked.
cli-upload-safe = { $percent } % of { $mib } MiB is safe in the archive.
cli-upload-slow = { $percent } % of { $mib } MiB is safe in the archive. You are on air, so the upload goes slowly.
cli-upload-waiting = The server does not answer. It is asked again and again; nothing is lost.
cli-upload-checking = Everything is there; the server compares it with the recording.
cli-uploaded = In the archive, bit for bit: { $url }
cli-upload-stopped = The upload rests. The same command goes on from there.
cli-upload-lossless = Making the lossless master of { $file } (FLAC), or checking the one that is there.
cli-upload-recording = { $file } goes to the archive as it is: FLAC holds neither 32-bit float nor more than 8 channels.
cli-export-progress = { $nth } of { $of }  { $name }: { $step ->
        [measuring] measuring
        [checking] checking
       *[writing] writing
    } { $percent } %
cli-exported = { $file }
cli-exported-levels = { $file }: { $lufs } LUFS, true peak { $peak } dBTP
cli-export-stopped = The export was stopped. The files that are named above are whole; of the others nothing is left.

fault-cli-nothing-heard = Nothing was played into the inputs.
    .remedy = Check the cables and the gain of the interface, play, and ask again.
fault-cli-unknown = “{ $word }” means nothing here.
    .remedy = “korero help” lists every command.
fault-cli-missing = { $flag } is missing.
    .remedy = “korero help” shows how it is written.
fault-cli-no-value = { $flag } needs a value.
    .remedy = “korero help” shows which.
fault-cli-value = “{ $value }” cannot be the value of { $flag }.
    .remedy = “korero help” tells its range.
fault-cli-no-scene = There is no scene “{ $scene }” in { $file }. Nothing was written.
    .remedy = These are there: { $list }
fault-cli-no-strip = There is no strip “{ $strip }” on the desk. Nothing was written.
    .remedy = Name one by its id: { $list }
fault-cli-no-preset = There is no preset “{ $preset }”. Nothing was written.
    .remedy = “korero desk presets” lists them.
fault-cli-stats = The statistics could not be written to { $file }: { $why }. The recording is safe.
    .remedy = Choose a place that can be written.
fault-cli-never-on-air = The show ended and never was on air. What was recorded is safe.
    .remedy = Check the address { $url } and that the server runs.
fault-cli-nothing-recorded = The show ended and nothing was recorded: no sound came, or the disk took none.
    .remedy = Check the interface and the folder for recordings.
fault-cli-recording-short = Sound is missing in the recording because the disk did not take it in time. What lies on the disk is safe.
    .remedy = Make room on the disk or record to a faster one; the journal beside the recording names each gap.
fault-cli-signal = Ctrl-C could not be caught: { $why }.
    .remedy = End with --for instead.
fault-cli-no-interface = No sound interface with inputs was found.
    .remedy = Plug one in, or play a file: --host scripted:FILE
fault-cli-several-interfaces = There are several sound interfaces: { $list }.
    .remedy = Name one of them: --host cpal:ID
