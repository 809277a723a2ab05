# Wishes that cannot be done now.

fault-session-no-device = No sound interface is chosen, so there is nothing to hear yet.
    .remedy = Choose your interface at the top.
fault-session-no-target = The app does not know where the show goes yet.
    .remedy = Enter the address and key that your server or venue gave you.
fault-session-too-many-strips = The desk is full: it has { $most } strips.
    .remedy = Remove a strip that you do not use.
fault-session-solo-in-place = Solo in place would silence the show, so it is off while the desk is on air or recording. What you solo is heard in the headphones; the show is unchanged.
    .remedy = Use it at the sound check, off air and not recording.
fault-session-too-many-scenes = There are { $most } scenes already; no more are kept.
    .remedy = Remove a scene that you do not use, or keep the desk in one that is there.
fault-session-too-many-presets = There are { $most } presets of your own already; no more are kept.
    .remedy = Save under the name of one that you do not use.
fault-session-not-recording = Nothing is being recorded, so there is nothing to mark.
    .remedy = Start recording first.
fault-session-markers = This recording has { $most } marks, which is as many as a file has room for. The recording goes on.
    .remedy = Stop and record again if you need more of them.
fault-session-no-phones = There is nothing to hear it with: no interface runs, or no headphones are chosen.
    .remedy = Choose the interface and the headphones at the top.
fault-session-shelf-busy = Something else is still being done with a take.
    .remedy = Wait until it is done, or stop it.
fault-session-records-on-air = What is on air is always recorded, so the recording goes on.
    .remedy = Leave the air first, then stop it.
