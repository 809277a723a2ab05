# Our own server, and its archive.

fault-upload-address = { $url } is not the address of an artist on our kind of server. Nothing was sent.
    .remedy = Give the address that you go on air with: it ends with /whip/ and your name there.
fault-upload-file = The recording { $file } cannot be read: { $why }.
    .remedy = Check that the file is there and that you may read it, then upload it again.
fault-upload-note = The note { $file }, by which the upload goes on after a pause, cannot be written: { $why }.
    .remedy = Allow writing to this folder, or make room on its disk; then upload again. What is in the archive already stays there.
fault-upload-key = The server does not take the stream key. Nothing was lost: the recording lies where it was.
    .remedy = Check that the whole key was copied, or ask the host of the server for a new one.
fault-upload-refused = The archive does not take the recording. { $told } The recording itself lies where it was.
    .remedy = { $advice }
fault-upload-foreign = There is no archive at { $server }. The recording lies where it was.
    .remedy = Check the address, or ask the host of the server for a newer version.
fault-upload-no-performance = The server knows no performance of this take.
    .remedy = Say which one it is with --performance and its number.
fault-upload-damaged = The same part of the recording arrived damaged { $times } times. What arrived before is safe; the recording lies where it was.
    .remedy = Use another network, then upload again: it goes on from there.
fault-upload-other-hash = The archive holds other bytes than this file, so nothing was published. The recording lies where it was.
    .remedy = Upload it again, and do not change the file meanwhile.
fault-upload-system = This computer could not start the upload. The recording lies where it was.
    .remedy = Close other programs and upload again.
