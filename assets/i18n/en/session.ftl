# Wishes that cannot be done now.

fault-session-no-device = No sound interface is chosen, so there is nothing to hear yet.
    .remedy = Choose your interface at the top.
fault-session-no-target = The app does not know where the show goes yet.
    .remedy = Enter the address and key that your server or venue gave you.
fault-session-too-many-strips = The desk is full: it has { $most } strips.
    .remedy = Remove a strip that you do not use.
