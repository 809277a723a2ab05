# Talking with our own server: performances and listeners.

fault-station-refused = { $host } did not open the performance ({ $reason }). The sound is not touched by it; the number of listeners and the link are missing.
    .remedy = Check the stream key and the address. The app asks again by itself.
fault-station-unreachable = { $host } cannot be asked for the performance at the moment. The sound is not touched by it; the number of listeners may be old.
    .remedy = Nothing to do: the app asks again by itself.
