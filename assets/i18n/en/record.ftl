# The recorder and the takes on disk. First what happened, then what is safe; the remedy says what to do.

fault-record-nothing = Nothing is chosen for recording: no mix, no inputs, no groups and no cues. So nothing is recorded.
    .remedy = Choose the mix, the inputs, or both, and record again.
fault-record-denied = The folder { $folder } may not be written to. What is on the disk already is safe.
    .remedy = Choose another folder for recordings, or allow writing to this one.
fault-record-folder = There is no folder { $folder } to record into, and it cannot be made. What is on the disk already is safe.
    .remedy = Plug in the disk that it is on, or choose another folder for recordings.
fault-record-full = The disk of { $folder } is full. Everything recorded until now is safe and can be played; the show goes on.
    .remedy = Make room on the disk, and recording goes on by itself; or stop and record to another disk.
fault-record-large = The disk of { $folder } cannot hold a file this large. Everything recorded until now is safe and can be played; the show goes on.
    .remedy = Stop and record again for a new file. A disk formatted as exFAT, NTFS, APFS or ext4 has no such limit.
fault-record-disk = The disk of { $folder } does not take the recording (system error { $number }). What was written before is safe; the show goes on.
    .remedy = Check that the disk is plugged in. Recording goes on by itself when the disk answers; or stop and record to another disk.
fault-record-low = { $minutes ->
        [0] The disk has room for less than one minute of this recording. Everything recorded until now is safe.
        [one] The disk has room for one more minute of this recording. Everything recorded until now is safe.
       *[other] The disk has room for { $minutes } more minutes of this recording. Everything recorded until now is safe.
    }
    .remedy = Make room on the disk before it is full.
fault-record-no-room = The disk of { $folder } has { $free } MiB free. One minute of this recording needs { $needed } MiB, so it was not begun there.
    .remedy = Make room on the disk, or choose another folder for recordings.
fault-record-same = The second place { $folder } is the first one under another name, so everything is recorded only once. The recording goes on.
    .remedy = Choose a folder on another disk as the second place.
fault-record-waits = The disk of { $folder } does not answer. The sound waits in memory for up to { $seconds } seconds; nothing is lost yet.
    .remedy = Check that the disk is plugged in and not busy with something else. Recording goes on by itself when it answers.
fault-record-second = The recording goes on in { $folder }, because the first disk is in trouble. What is missing is named in the journal; the show goes on.
    .remedy = Leave both disks plugged in. After the show, keep both parts of the take and look after the first disk.
fault-record-thread = This computer could not start the recorder. Nothing was recorded; the show goes on.
    .remedy = Close other programs and record again.
fault-record-slow = The disk was too slow: { $milliseconds } ms of { $file } are silence. The rest of it is safe; the show goes on.
    .remedy = Close other programs that use the disk, or record to a faster one.
fault-record-stuck = The disk of { $folder } does not answer, so the recording was left as it is. What was safe before can be played.
    .remedy = Check the disk before you use it again.
fault-record-died = The recorder ended because of a mistake in the app. What was written to { $folder } before is safe; the show goes on.
    .remedy = Record again at once, and tell the makers of the app.
fault-record-pre-roll-late = The beginning of the take in { $folder }, from before Record was pressed, is not copied to its place yet. It is safe in the folder Rolling beside it.
    .remedy = Start the app again: it finishes the take by itself. Leave the folder Rolling as it is until then.
fault-roll-paused = The disk has room for less than { $minutes } minutes of a recording, so nothing is kept rolling any more. Every recording is safe; Record works as ever, from the moment it is pressed.
    .remedy = Make room on the disk, and rolling goes on by itself.
fault-roll-trouble = The disk of { $folder } does not take what rolls, so a recording may not begin earlier than Record is pressed. Every recording on it is safe; the show goes on.
    .remedy = Check that disk before you record, or choose another folder for recordings. Rolling goes on by itself when it answers.
fault-roll-died = Nothing is kept rolling any more because of a mistake in the app, so a recording begins only when Record is pressed. Every recording is safe; the show goes on.
    .remedy = Record as ever; rolling begins anew after the next recording. Tell the makers of the app.
fault-record-journal = The notes of the take { $file } cannot be read. The sound beside them was not touched.
    .remedy = Open the WAV files themselves; they do not need the notes.
fault-takes-busy = The take { $folder } is being recorded right now, so it was left alone.
    .remedy = Stop the recording first.
fault-takes-held = { $file } is being uploaded or read just now, so the take was left alone.
    .remedy = Wait until that is done, or stop it, and do it again.
fault-takes-no-bin = The system’s bin did not take { $folder }. The take lies where it was; nothing was deleted.
    .remedy = Move its folder yourself in the file manager.
fault-takes-no-desktop = { $path } cannot be shown: it is not there any more, or no file manager runs here.
    .remedy = Open the folder yourself, in any program.
fault-takes-none = There is no take { $folder }.
    .remedy = “korero takes list” names those that are there.
fault-takes-no-mix = The take { $file } has no mix that could be sent. Nothing was sent.
    .remedy = Record the mix too the next time. In a terminal, “korero takes upload” sends any file of it with --performance.
fault-takes-no-sound = There is no sound in the take { $folder }: nothing was recorded, or its notes were torn before they named a file.
    .remedy = Look into the folder. A WAV file there can be opened in any editor; if there is none, put the take into the bin.
fault-takes-missing = The file { $file } is missing. The other files of the take are not touched by that.
    .remedy = Look for it in the bin or on a copy, and put it back into the folder of the take.
fault-takes-foreign = The file { $file } cannot be mended: it is no recording of ours, or its beginning is damaged. It was left as it is.
    .remedy = Take the file from a copy; or open it in an editor as raw sound, whose form the journal tells.
fault-takes-header = The header of { $file } is damaged ({ $what }). The sound behind it may be whole.
    .remedy = Take the file from a copy; or open it in an editor as raw sound, whose form the journal tells.
fault-takes-format = { $file } has { $channels } channels at { $rate } Hz; the journal tells of { $wanted } at 48000 Hz in another form. It is not the file that was recorded.
    .remedy = Put the recorded file back from a copy.
fault-takes-short = { $bytes } bytes are missing at the end of { $file }. What is before them can be played.
    .remedy = Take the file from a copy.
fault-takes-open = { $file } was never ended: it is being recorded, or a crash ended it.
    .remedy = When it is not being recorded, mend it with “korero takes repair”.
fault-takes-length = { $file } has { $frames } frames where { $wanted } were recorded. What is there can be played.
    .remedy = Take the file from a copy.
fault-takes-sound = The sound in { $file } is not the sound that was recorded: something changed it afterwards.
    .remedy = Take the file from a copy if the change was not meant, and check the disk.
fault-takes-damaged = { $files ->
        [one] One file is damaged.
       *[other] { $files } files are damaged.
    }
    .remedy = Each is named above with its remedy.
fault-takes-empty = A power cut ended the take { $take } before any sound of it was on the disk. Its empty folder was removed; every other take is as it was.
    .remedy = Nothing has to be done. Press Record to begin again.
fault-takes-recovered = The take { $take } was interrupted. It was recovered; { $seconds } s at its end are lost.
    .remedy = Listen to its end. Nothing else has to be done.

fault-export-write = { $file } could not be written: { $why }. The take was not touched, and nothing half-made is left.
    .remedy = Check the disk, or export into another folder.
fault-export-read = { $file } could not be read: { $why }. The take was not touched.
    .remedy = Check the disk and export again; “korero takes verify” says whether the take is whole.
fault-export-room = The disk of { $folder } has { $free } MiB to spare; these files need { $needed } MiB. Nothing was written.
    .remedy = Make room on the disk, or export into a folder on another one.
fault-export-stopped = The export stopped: the disk of { $folder } has no more room than the recording needs. Files that were complete stay; nothing half-made is left.
    .remedy = Make room on the disk, or export when the recording has ended.
fault-export-part = The take { $take } has no sound called “{ $part }”. Nothing was written.
    .remedy = “korero takes show” lists the files of a take.
fault-export-nothing = There is no sound in the take { $take } to export. Nothing was written.
    .remedy = Export another part of it.
fault-export-match = { $file } has more than two channels, and these have no loudness together. Nothing was written.
    .remedy = Export one of its tracks, or do not match the loudness.
fault-export-quiet = “{ $name }” is silent, or so quiet that its noise would come up with it at { $lufs } LUFS. Only the untouched file was written.
    .remedy = Choose a lower loudness if you want a matched copy.
fault-export-reach = “{ $name }” cannot be as loud as { $lufs } LUFS below the ceiling: its peaks stand far above the rest. Only the untouched file was written.
    .remedy = Choose a lower loudness if you want a matched copy.
fault-export-gaps = { $gaps ->
        [one] In “{ $name }” { $ms } ms are silence because they were lost.
       *[other] In “{ $name }” { $ms } ms at { $gaps } places are silence because they were lost.
    }
    .remedy = Listen to it before you publish it; “korero takes show” names each place.
fault-export-turned-down = “{ $name }” is louder than full scale, so all of its take was turned down by { $db } dB. The float recording keeps everything.
    .remedy = Nothing has to be done.
fault-export-tracks = { $format } does not hold the { $channels } channels of “{ $name }” together, so they became { $files } files, one for each track.
    .remedy = Export WAV for one file with all channels.

# What happened while a take was recorded.
take-began = The recording began.
take-gap = { $seconds } s of silence in { $parts }: { $cause ->
    [device] the interface lost sound
    [away] the interface was away
   *[tap] it could not be written down
}.
take-marker = “{ $label }”
take-cut = The recording was interrupted; { $seconds } s behind this are lost.
take-ended = The recording ended in order.
