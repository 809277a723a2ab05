# What the mixer itself may say.

fault-engine-gone = The mixer has ended. What was recorded is safe.
    .remedy = Close the app and open it again.
fault-engine-strips = This desk has { $strips } strips and the mixer has room for { $most }. The desk was left as it was.
    .remedy = Remove some strips and try again.
fault-engine-input = Strip “{ $strip }” wants input { $input }, and inputs go from 1 to { $most }. The desk was left as it was.
    .remedy = Choose another input for that strip.
fault-engine-twice = Two strips of this desk have the same id { $strip }. The desk was left as it was.
    .remedy = Give one of them another id in the desk file.
fault-engine-taps = { $most } listeners already take sound from the mixer, which is as many as it has room for. They go on undisturbed.
    .remedy = Stop one of them first, such as a recording.
fault-engine-tap-size = The mixer cannot set aside that much sound: { $channels } channels for { $seconds } seconds. Everything else goes on.
    .remedy = Choose between 1 and { $most-channels } channels and at most { $most-seconds } seconds.
fault-engine-busy = The mixer does not answer. The sound goes on as it was.
    .remedy = Wait a moment and try again.
