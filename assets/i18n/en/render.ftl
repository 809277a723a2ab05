# Rendering a multitrack file through the mixer without an interface.

fault-render-read = “{ $file }” could not be read: { $reason }. Nothing was written.
    .remedy = Give a WAV file of 16, 24 or 32 bits, or a FLAC file.
fault-render-rate = “{ $file }” has { $rate } frames in a second and the mixer works at { $wanted }. Nothing was written.
    .remedy = Convert the file to { $wanted } Hz and try again.
fault-render-inputs = The desk takes input { $needed }, but “{ $file }” has { $channels } channels. Nothing was written.
    .remedy = Choose another desk, or a file with all the inputs.
fault-render-write = “{ $file }” could not be written: { $reason }. A file of that name from before is as it was.
    .remedy = Choose a folder that can be written to, with room on its disk.
fault-render-long = The sound is longer than a WAV file can hold ({ $hours } hours). A file of that name from before is as it was.
    .remedy = Cut the multitrack into shorter parts.
fault-render-same = { $file } would be written over: it is played from, or would be written twice. Nothing was touched.
    .remedy = Choose another name, or another folder.
