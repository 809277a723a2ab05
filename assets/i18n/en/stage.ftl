# The stage: what runs the show.

fault-stage-settings = The settings could not be saved in { $folder }: { $why }. The show is not touched by it.
    .remedy = Make room there, or let the app write there.
fault-stage-settings-read = The settings in { $file } could not be read: { $why }. The app begins without them.
    .remedy = Choose the interface, the folder and the server again.
fault-stage-set-aside = { $file } could not be used, and is kept as { $kept }. Nothing in it is lost.
    .remedy = Mend it, or use it with the version that wrote it, and give it its old name again.
fault-stage-desk-inputs = The desk names input { $needed }, but { $device } has { $inputs }.
    .remedy = Choose an interface with { $needed } inputs, or feed the strips from the inputs it has.
fault-stage-thread = The show could not start: the system gave no thread ({ $why }).
    .remedy = Close other programs and try again.
fault-stage-died = The show ended because of a mistake in the app. What was recorded until then is safe.
    .remedy = Start it again, and tell the makers of the app.
fault-stage-shelf = What was being done with a take ended because of a mistake in the app. The show goes on, and no recording was changed.
    .remedy = Do it again; if that fails too, tell the makers of the app.
fault-stage-ring = A loop of microphone and loudspeaker rings at { $freq }.
    .remedy = Bring that microphone down or turn it away from the loudspeaker; a narrow cut at { $freq } helps as well.
fault-stage-ring-strip = “{ $strip }” rings at { $freq }: its microphone hears the loudspeaker.
    .remedy = Bring “{ $strip }” down or turn its microphone away from the loudspeaker; a narrow cut at { $freq } in its EQ helps as well.
