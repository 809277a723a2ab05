shelf-panel = Takes
shelf-panel-tip = What was recorded: look at it, hear it, name it, export it, send it to the archive.
shelf-looking = Looking…
shelf-empty = Nothing was recorded yet.
shelf-begin = What you record is listed here, newest first.
shelf-choose = Choose a take to see and hear it.
shelf-row = { $take }, { $facts }, { $state }
shelf-facts = { $began } · { $length } · { $size }
shelf-whole = in order
shelf-busy = recording
shelf-interrupted = interrupted
shelf-recovered = recovered, { $seconds } s lost
shelf-unreadable = damaged notes
shelf-gaps = { $count ->
    [one] 1 gap
   *[other] { $count } gaps
}
shelf-title = Title
shelf-artist = Artist
shelf-loud = Loudness
shelf-loudness = { $lufs } LUFS · { $peak } dBTP
shelf-position = At { $at } of { $length }
shelf-reading = Reading the sound: { $percent } %
shelf-not-ended = It can be seen and heard when it has ended.
shelf-no-picture = The sound could not be read, so there is no picture of it. Press “Check”: it says which file is wrong, and what to do.
shelf-no-sound = There is no sound in this take.
shelf-play = Hear it
shelf-silence = Stop it
shelf-play-tip = Plays the take in the headphones, from the line on. Listeners and the recording do not hear it. Space does the same on the picture of the sound.
shelf-export = Export
shelf-export-tip = Makes files of it: each song, or all of it.
shelf-send = To the archive
shelf-send-tip = Sends the lossless master to the server that the show goes to. It goes on where it was after a cut, and slowly while you are on air.
shelf-verify = Check
shelf-verify-tip = Reads every file and compares it with what was recorded.
shelf-reveal = Show folder
shelf-reveal-tip = Shows the files in the file manager.
shelf-reveal-files = Show the files
shelf-bin = To the bin
shelf-bin-sure = Press again
shelf-bin-tip = Moves the take into the system’s bin, from where it can be brought back. Two presses.
shelf-not-now = Not while it is being recorded, or while something else is done.
shelf-cut-songs = Each song
shelf-cut-whole = All in one file
shelf-matched = Copies at { $lufs } LUFS
shelf-matched-tip = Beside the untouched files: copies that are all equally loud, with no peak above −1 dBTP.
shelf-fade-in = Fade in, s
shelf-fade-out = Fade out, s
shelf-start = Export now
shelf-start-tip = What is there already is never written over.
shelf-verifying = Checking every file…
shelf-exporting = Exporting { $name }
shelf-sending = Sending to the archive: { $percent } %
shelf-binning = Moving it into the bin…
shelf-stop = Stop
shelf-stop-tip = What is complete stays.
shelf-good = Every file is as it was recorded.
shelf-sent = The master is in the archive.
shelf-binned = { $take } is in the bin.
shelf-exported = { $files ->
    [one] 1 file is in “{ $folder }”.
   *[other] { $files } files are in “{ $folder }”.
}
shelf-history = What happened
