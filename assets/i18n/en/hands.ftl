# The console in the artist's hands: the air view, the lock, the palette, keys, how large everything is, what is said aloud.

# The air view
hands-air-view = Air view
hands-air-view-tip = The whole window for the one who plays, and the desk again.
hands-desk = Desk
hands-next-song = Next song
hands-next-song-tip = Begins the next song: marks it, and recalls the scene that has its name.
hands-next = Next
hands-next-named = Next song: { $song }
hands-last-song = That was the last song
hands-song-now = Now
hands-song-now-named = Now: { $song }
hands-no-song-yet = Before the first song
hands-song-back = Back
hands-song-back-tip = Back by one song: nothing that was marked or set changes.
hands-no-songs = No songs yet. Write the set list here, or keep scenes on the desk: then each scene is a song.
hands-set-list = Set list
hands-set-list-tip = The songs of the evening, in their order.
hands-set-list-hint = One song on each line.
hands-set-list-keep = Keep
hands-set-list-leave = Leave as it was
hands-disk = Disk left
hands-disk-off = not recording
hands-ear-waits = listens once on air

# The lock
hands-lock = Lock
hands-lock-tip = Locks this window for the stage. Only the next song, a mark and unlocking work then.
hands-leave-locked = This window is locked. Close it all the same? No show is running, and nothing is lost.
hands-leave-close = Close the window
hands-locked = Locked. Only the next song, a mark and unlocking work.
hands-locked-surfaces = Locked, control surfaces too. Only the next song, a mark and unlocking work.
hands-locked-surfaces-work = Locked. Only the next song, a mark and unlocking work here; control surfaces work as ever.
hands-unlock = Unlock: hold { $keys }

# The palette
hands-palette = Find an action
hands-palette-tip = Lists everything that can be asked for, with its keys.
hands-palette-hint = An action, a strip or a scene
hands-palette-none = Nothing is called that.
hands-palette-hold = A press is not enough for this one: hold { $keys }, or its key on the screen.
hands-palette-open = Open { $channel }
hands-palette-mute = Mute { $channel }
hands-palette-unmute = Unmute { $channel }
hands-palette-solo = Solo { $channel }
hands-palette-unsolo = Put out the solo of { $channel }
hands-palette-strip = Strip { $number }

# Listening
hands-removed = Hear what is removed
hands-removed-tip = Plays in your headphones only what the denoiser of the open channel takes away, or everything again.

# Keys
hands-keys-tip = Shows which keys do what, and takes others.
hands-keys-change = { $action }: { $keys }. Press to choose other keys
hands-keys-press = Press keys · Esc
hands-keys-taken = { $keys } is taken by “{ $action }”. Choose other keys, or give that one others first.
hands-keys-needed = { $keys } is needed for typing and for turning controls. Choose a function key, or hold Ctrl or Alt with it.
hands-keys-usual-all = All usual keys again
hands-keys-fixed = Always the same: Tab and the arrows go from one thing to the next, Space and Enter press it, Esc closes.

# How large
hands-scale = Size { $percent }
hands-scale-waits = { $percent } is chosen, and fits into a larger window.
hands-larger = Larger
hands-larger-tip = Shows everything a step larger.
hands-smaller = Smaller
hands-smaller-tip = Shows everything a step smaller.
hands-usual-size = Usual size
hands-usual-size-tip = Shows everything at its usual size.

# Said aloud
hands-news-on-air = On air.
hands-news-off-air = Off air.
hands-news-connecting = Going on air.
hands-news-reconnecting = Off air for the moment, coming back.
hands-news-refused = The server refuses the show.
hands-news-recording = Recording.
hands-news-recorded = Recording has stopped.
hands-news-marked = Mark { $mark } is set.
hands-news-unlocked = Unlocked.
hands-news-removed = Your headphones play only what the denoiser takes away.
hands-news-all-heard = Your headphones play everything again.
