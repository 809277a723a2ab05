# Te kōrero ki tō mātou ake tūmau: ngā whakaaturanga me ngā kaiwhakarongo.

fault-station-refused = Kāore a { $host } i huaki i te whakaaturanga ({ $reason }). Kāore te oro i pāngia; kāore e kitea te tokomaha o ngā kaiwhakarongo me te hononga.
    .remedy = Tirohia te kī pāho me te wāhitau. Ka pātai aunoa anō te taupānga.
fault-station-unreachable = Kāore e taea te pātai a { $host } mō te whakaaturanga i tēnei wā. Kāore te oro i pāngia; he tawhito pea te tokomaha o ngā kaiwhakarongo.
    .remedy = Kāore he mahi māu: ka pātai aunoa anō te taupānga.
