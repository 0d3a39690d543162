#include "translation/tables.h"

namespace livecert::translation {
namespace {

constexpr Row kCommands[]{
    // app/config.cpp, setting_forms, edge_config.cpp, store_address.cpp: settings
    {"edge_roots: {} is inside {}; name a folder that holds nothing but the folders and sockets of edges",
     "edge_roots：{} 在 {} 之内；请指定一个只放接入节点目录与套接字的目录"},
    {"{} is not a setting; see docs/configuration.md", "{} 不是设置项；见 docs/configuration.zh-CN.md"},
    {"{} is a directory, not a file", "{} 是目录，不是文件"},
    {"{} line {}: {}", "{} 第 {} 行：{}"},
    {"{} must be a string, a whole number, true or false, or a list of strings",
     "{} 必须是字符串、整数、true 或 false，或字符串列表"},
    {"{} must be a string, a number, or a list of strings", "{} 必须是字符串、数字或字符串列表"},
    {"--data-dir is required: the directory of the embedded store", "缺少 --data-dir：内置存储的目录"},
    {"plain HTTP on {} would send private keys over the network unencrypted; use HTTPS there, or set insecure_http",
     "{} 上的明文 HTTP 会使私钥不加密地经过网络；请在那里使用 HTTPS，或设置 insecure_http"},
    {"max_bodies_bytes must be at least max_body_bytes", "max_bodies_bytes 不能小于 max_body_bytes"},
    {"edges are tables that begin with [[edge]]", "接入节点须写成以 [[edge]] 开头的表"},
    {"{} must be a table that begins with [[edge]]", "{} 必须是以 [[edge]] 开头的表"},
    {"{} is not a directory: {}", "{} 不是目录：{}"},
    {"{} must be a number from {}", "{} 必须是 {} 之间的数字"},
    {"{} must be {} letters, digits and hyphens", "{} 必须是 {} 个字母、数字或连字符"},
    {"{} must be host names such as live.example.com, or IP addresses, not {}",
     "{} 必须是主机名（例如 live.example.com）或 IP 地址，而不是 {}"},
    {"{} must be a host name such as certs.example.com, not {}", "{} 必须是主机名，例如 certs.example.com，而不是 {}"},
    {"{} must be absolute paths without '..', '//' or a slash at their end, not {}",
     "{} 必须是绝对路径，不含 '..'、'//'，末尾没有斜杠，而不是 {}"},
    {"{} must be a list of blocks of addresses: {}", "{} 必须是地址段列表：{}"},
    {"{} must name balancers: {} would let everybody claim any address",
     "{} 只能填负载均衡的地址：{} 会让任何人都能冒充任意地址"},
    {"\"{}\" is no block of addresses such as 10.0.0.0/8 or 2001:db8::/32",
     "“{}”不是地址段（例如 10.0.0.0/8 或 2001:db8::/32）"},
    {"IPv4 addresses are written as such", "IPv4 地址须写成 IPv4 形式"},
    {"the address has bits beyond the {} of its prefix", "地址在 {} 位前缀之外还有非零位"},
    {"{} must be one of: {}", "{} 必须是以下之一：{}"},
    {"{} \"{}\" is not a numeric address with a port, such as 127.0.0.1:8080 or [::1]:8080",
     "{}：“{}”不是数字地址加端口，例如 127.0.0.1:8080 或 [::1]:8080"},
    {"\"{}\" is not a numeric address with a port, such as 127.0.0.1:8080 or [::1]:8080",
     "“{}”不是数字地址加端口，例如 127.0.0.1:8080 或 [::1]:8080"},
    {"there is another edge of that name", "已有同名的接入节点"},
    {"{} is about a store in PostgreSQL: name its address in store",
     "{} 用于 PostgreSQL 中的存储：请在 store 中写明其地址"},
    {"node_id cannot be set together with store: over PostgreSQL each service leases a number that no other has",
     "node_id 不能与 store 同时设置：使用 PostgreSQL 时，每个服务会租用一个独有的编号"},
    {"store must be an address such as postgres://livecert@db1,db2/livecert",
     "store 必须是形如 postgres://livecert@db1,db2/livecert 的地址"},
    {"store must not hold the password, because other users of the machine can read command lines: write it to a file "
     "and "
     "name it in store_password_file",
     "store 中不能含有密码，因为本机其他用户能看到命令行：请把密码写入文件，并在 store_password_file 中指定"},
    {"the password of the store cannot be read from {}", "无法从 {} 读取存储的密码"},
    {"{} must hold the password of the store and nothing else, on one line", "{} 中只能有一行：存储的密码"},
    {"the password of the store in {} belongs to another user ({}); run livecert as that user, or run: chown {} {}",
     "存储的密码文件 {} 属于另一用户（{}）；请以该用户运行 livecert，或运行：chown {} {}"},
    {"the password of the store in {} is accessible to others than its owner; run: chmod 600 {}",
     "存储的密码文件 {} 可被属主以外的用户访问；请运行：chmod 600 {}"},
    {"the store is {}, and this command works on the files of an embedded store: {}",
     "存储为 {}，而此命令只处理内置存储的文件：{}"},
    {"call the service with --endpoint in place of --offline", "请用 --endpoint 调用服务，而不是 --offline"},

    // app/first_start.cpp, instance.cpp, offline.cpp: the store at the start
    {"there is no store in {}. livecert cannot tell a first start from a volume that is not mounted, since it may not "
     "write {}, which would say that there was a store. If this is the first start, add --init this once, and then "
     "make "
     "that file, empty",
     "{} 中没有存储。livecert 无权写入用来标明“曾有存储”的 "
     "{}，因此分不清是首次启动还是卷未挂载。若是首次启动，请加一次 "
     "--init，然后创建该空文件"},
    {"the store in {} is empty or missing, but there was one ({} is there): put livecert.db back from a backup, or "
     "move "
     "that file away to start with an empty store",
     "{} 中的存储为空或丢失，但此处曾有存储（{} 还在）：请从备份放回 livecert.db；若要从空存储开始，请移走该文件"},
    {"there is no store in {}, but there was one under the master key {} ({} says so): mount its volume, or put "
     "livecert.db back from a backup; or move that file away to start with an empty store",
     "{} 中没有存储，但主密钥 {} 之下曾有存储（{} 标明）：请挂载其卷，或从备份放回 "
     "livecert.db；若要从空存储开始，请移走该"
     "文件"},
    {"there is no store in {}", "{} 中没有存储"},
    {"there is no store in {}. This data directory was used with a store in {}; to begin an empty store, remove {}",
     "{} 中没有存储。此数据目录曾用于存储 {}；若要新建空存储，请删除 {}"},
    {"{} cannot be written, nor can {}: make it, empty, so that a later start without the data directory does not "
     "begin a "
     "new store",
     "{} 与 {} 都无法写入：请创建该空文件，以免日后在没有数据目录时启动而新建存储"},
    {"{} cannot be written: make it, empty, so that a later start without the data directory does not begin a new "
     "store",
     "{} 无法写入：请创建该空文件，以免日后在没有数据目录时启动而新建存储"},
    {"access_log: {} cannot be opened: {}", "access_log：无法打开 {}：{}"},
    {"access_log: {} cannot be made: {}", "access_log：无法创建 {}：{}"},
    {"trust: {}", "trust：{}"},
    {"no_delivery is set", "已设置 no_delivery"},
    {"{}: livecert notify add {}", "{}：livecert notify add {}"},
    {"there is nothing at this path: ask for /livez, /readyz or /metrics",
     "此路径下没有内容：请访问 /livez、/readyz 或 /metrics"},
    {"there is no data directory {}", "没有数据目录 {}"},
    {"the store has no root account", "存储没有根账号"},
    {"the access key of the root account in {} {}, and replace the key if somebody may have read it",
     "根账号的密钥文件 {} {}；若可能已被他人读取，请更换密钥"},
    {"there is an embedded store in {}, which would not be served: name another data_dir, or leave out store",
     "{} 中有内置存储，而它不会被使用：请另选 data_dir，或去掉 store"},
    {"this data directory was used with the store {}: name it in store; or remove {} to begin an empty embedded store",
     "此数据目录曾用于存储 {}：请在 store 中写明它；若要新建空的内置存储，请删除 {}"},
    {"another node made this store meanwhile, under another master key: copy its master key to {} and start again",
     "期间另一节点用另一把主密钥创建了此存储：请将其主密钥复制到 {} 后重新启动"},
    {"{} belongs to another user ({}); run livecert as that user, or run: chown {} {}",
     "{} 属于另一用户（{}）；请以该用户运行 livecert，或运行：chown {} {}"},
    {"{} is accessible to others than its owner; run: chmod 600 {}", "{} 可被属主以外的用户访问；请运行：chmod 600 {}"},
    {"{} may be written to by others than its owner; run: chmod go-w {}",
     "{} 可被属主以外的用户写入；请运行：chmod go-w {}"},
    {"master key file {} is accessible to others than its owner; run: chmod 600 {}",
     "主密钥文件 {} 可被属主以外的用户访问；请运行：chmod 600 {}"},
    {"master key file {} must hold one line of 64 hexadecimal digits for each key",
     "主密钥文件 {} 中每把密钥须为一行 64 位十六进制数"},
    {"master key file {} cannot be read: {}", "无法读取主密钥文件 {}：{}"},
    {"master key file {} cannot be read", "无法读取主密钥文件 {}"},
    {"master key file {} cannot be created: {}", "无法创建主密钥文件 {}：{}"},
    {"master key file {} cannot be created", "无法创建主密钥文件 {}"},
    {"master key file {} cannot be written: {}", "无法写入主密钥文件 {}：{}"},
    {"master key file {} cannot be written", "无法写入主密钥文件 {}"},
    {"master key file {} cannot be made durable", "无法将主密钥文件 {} 同步到磁盘"},
    {"master key file {}: {}", "主密钥文件 {}：{}"},
    {"a master key is one line of 64 hexadecimal digits", "主密钥是一行 64 位十六进制数"},
    {"the store in {} cannot be opened without its master key (put the file back, or name it with --master-key); "
     "nothing "
     "was touched",
     "没有主密钥无法打开存储 {}（请放回该文件，或用 --master-key 指定）；未改动任何内容"},
    {"the master key is not the one this store was made with; it needs the key {}; nothing was touched",
     "主密钥不是创建此存储时所用的那一把；它需要密钥 {}；未改动任何内容"},
    {"the master key is not the one this store was made with; nothing was touched",
     "主密钥不是创建此存储时所用的那一把；未改动任何内容"},
    {"the master key {} is missing, and keys of accounts are wrapped by it: put its line back; nothing was touched",
     "缺少主密钥 {}，而有账号的密钥由它加密：请放回它那一行；未改动任何内容"},
    {"the store's key header is damaged or was written by a newer release of livecert",
     "存储的密钥头已损坏，或由更新版本的 livecert 写入"},
    {"the master key must hold 32 bytes", "主密钥必须是 32 字节"},
    {"a sealed item has an unknown format", "有加密内容的格式无法识别"},

    // store/sqlite
    {"The store {} cannot be opened: {}", "无法打开存储 {}：{}"},
    {"The store {} was written by a newer release (format {}, this one reads up to {}); use that release or a backup "
     "made "
     "before the upgrade.",
     "存储 {} 由更新的版本写入（格式 {}，本版本最高支持 {}）；请使用该版本，或升级前的备份。"},
    {"The store {} is missing but its write-ahead log {} is there; put both back, or move the log away to begin an "
     "empty "
     "store.",
     "存储 {} 不在，但它的预写日志 {} 还在；请将两者一并放回，或移走日志以新建空存储。"},
    {"The store {} is damaged or is not a SQLite database; restore it from a backup.",
     "存储 {} 已损坏或不是 SQLite 数据库；请从备份恢复。"},
    {"The store {} is a SQLite database of another program; name another data directory.",
     "存储 {} 是其他程序的 SQLite 数据库；请另选数据目录。"},
    {"The store {} is damaged: its end is missing; restore it from a backup.",
     "存储 {} 已损坏：末尾缺失；请从备份恢复。"},
    {"The store {} is not there.", "存储 {} 不在。"},
    {"The store {} was put to use meanwhile: run the command again.", "存储 {} 期间被启用：请重新运行此命令。"},
    {"The store cannot be copied to {}, which cannot be made.", "无法将存储复制到 {}：不能创建它。"},
    {"The store {} has format {}, and this release checks format {}: start the service on it once, which takes it "
     "forward.",
     "存储 {} 的格式为 {}，而本版本检查格式 {}：请在其上启动一次服务，以完成升级。"},
    {"A service began to use the store {} meanwhile: run the command again.",
     "期间有服务开始使用存储 {}：请重新运行此命令。"},
    {"The store {} was never used: it is empty.", "存储 {} 从未使用过：它是空的。"},
    {"The store's file {} went away while it was opened: {}.", "打开存储文件 {} 时它消失了：{}。"},
    {"The store's file {} is accessible to others than its owner; run: chmod 600 {}",
     "存储文件 {} 可被属主以外的用户访问；请运行：chmod 600 {}"},
    {"The data directory {} is in use by another livecert (process {}); stop that one first.",
     "数据目录 {} 正被另一个 livecert（进程 {}）使用；请先停止它。"},
    {"The data directory {} is in use by another livecert; stop that one first.",
     "数据目录 {} 正被另一个 livecert 使用；请先停止它。"},
    {"The data directory {} cannot be used: {}.", "无法使用数据目录 {}：{}。"},
    {"The data directory {} is not a directory.", "数据目录 {} 不是目录。"},
    {"The data directory {} cannot be locked: {}.", "无法锁定数据目录 {}：{}。"},
    {"The data directory {} cannot be synchronised: {}.", "无法将数据目录 {} 同步到磁盘：{}。"},
    {"The data directory {} cannot be written to: {}.", "无法写入数据目录 {}：{}。"},
    {"The data directory {} holds a livecert.db that cannot be locked: {}.",
     "无法锁定数据目录 {} 中的 livecert.db：{}。"},
    {"The data directory {} changed while it was opened; try again.", "打开数据目录 {} 期间它发生了变化；请重试。"},
    {"The disk failed while livecert last ran, and another program has {} open since: what it knows of the log may be "
     "wrong. Close that program (fuser {} names it) and start again; nothing is lost.",
     "livecert 上次运行时磁盘出错，且此后另一程序一直打开着 {}：它所了解的日志可能有误。请关闭该程序（fuser {} "
     "可查出），"
     "再重新启动；数据没有丢失。"},
    {"The data directory {} holds a store that lost writes: the disk failed while livecert last ran, and another "
     "program "
     "has written to it since. Restore a backup. To start with what is left, delete {}.",
     "数据目录 {} 中的存储丢失了写入：livecert "
     "上次运行时磁盘出错，此后另一程序写过它。请恢复备份。若要以剩余内容启动，请"
     "删除 {}。"},
    {"The data directory {} holds a store that lost writes: the disk failed while livecert last ran, and the log that "
     "held them is gone. Restore a backup. To start with what is left, delete {}.",
     "数据目录 {} 中的存储丢失了写入：livecert "
     "上次运行时磁盘出错，而保存这些写入的日志已不在。请恢复备份。若要以剩余内容"
     "启动，请删除 {}。"},
    {"The data directory {} holds the log {}, which livecert kept when the disk failed, and it is not known to belong "
     "to "
     "livecert.db. If livecert.db was exchanged since, move sync-failed away. If it is the same store, put the log "
     "back "
     "yourself: mv {} {}",
     "数据目录 {} 中有磁盘出错时 livecert 保留的日志 {}，无法确认它属于现在的 livecert.db。若 livecert.db "
     "已更换，请移走 "
     "sync-failed；若仍是同一存储，请自行放回日志：mv {} {}"},
    {"The data directory {} holds a log that cannot be put back: {}.", "无法放回数据目录 {} 中的日志：{}。"},
    {"The data directory {} lacks the log of its store: the disk failed while livecert last ran, and the log is kept "
     "in "
     "{}. Start the service once: it puts the log back.",
     "数据目录 {} 缺少存储的日志：livecert 上次运行时磁盘出错，日志保存在 {}。请启动一次服务：它会放回日志。"},
    {"The store has an older format, and before livecert upgrades it, it keeps a copy. {} cannot be {}: {}.",
     "存储为较旧的格式，livecert 升级前会保留一份副本。对 {} 的操作失败（{}）：{}。"},
    {"The store in {} has format {}, and this release upgrades it to format {}. It keeps a copy of {} before that, and "
     "the "
     "upgrade needs {} more. Only {} are free. The disk is full: make room and start again; nothing is lost. The "
     "former "
     "release can still use the store.",
     "{} 中存储的格式为 {}，本版本会将其升级到格式 {}。升级前会保留一份 {} 的副本，升级本身还需要 {}，而可用空间只有 "
     "{}。"
     "磁盘已满：请腾出空间后重新启动；数据没有丢失，旧版本仍可使用此存储。"},
    {"The disk is full: make room and start again; nothing is lost.", "磁盘已满：请腾出空间后重新启动；数据没有丢失。"},
    {"If it is damaged, restore it from a backup.", "若已损坏，请从备份恢复。"},

    // store/postgres
    {"a store in PostgreSQL needs libpq.so.5 of release 14 or later: install the package libpq5",
     "PostgreSQL 存储需要 14 或更新版本的 libpq.so.5：请安装 libpq5 软件包"},
    {"this database has forgotten commits: it ends at position {}, and position {} was seen; it may be an old primary. "
     "It "
     "is not used",
     "此数据库丢失了已提交的内容：它止于位置 {}，而此前已见到位置 {}；它可能是旧的主库。不予使用"},
    {"the database: {}", "数据库：{}"},
    {"the database's disk is full", "数据库的磁盘已满"},
    {"the database has {} nodes, and no number is left for another one",
     "数据库已有 {} 个节点，没有编号可分配给新节点"},
    {"The database of the store has an empty table livecert_schema; it is damaged.",
     "存储所在数据库的表 livecert_schema 为空；它已损坏。"},
    {"The database of the store was made by an older release (format {}, this one needs {}); name another database or "
     "schema.",
     "存储所在数据库由较旧的版本创建（格式 {}，本版本需要 {}）；请另选数据库或 schema。"},
    {"The database of the store was written by a newer release (format {}, this one reads up to {}); use that release.",
     "存储所在数据库由更新的版本写入（格式 {}，本版本最高支持 {}）；请使用该版本。"},
    {"The database of the store has a table chains of another program; name another database or schema.",
     "存储所在数据库中有其他程序的表 chains；请另选数据库或 schema。"},
    {"The database of the store has no tables of livecert.", "存储所在数据库中没有 livecert 的表。"},
    {"the server closed the connection", "服务器关闭了连接"},
    {"the database has {} off, so it can lose commits: turn it on", "数据库关闭了 {}，可能丢失已提交的内容：请打开它"},
    {"the database has synchronous_commit = {}, so it answers before a commit is safe: set it to on",
     "数据库的 synchronous_commit = {}，会在提交落盘之前应答：请设为 on"},
    {"the database has no synchronous standby (synchronous_standby_names is empty), so a failover can lose commits: "
     "add "
     "one, or set require_standby = false",
     "数据库没有同步备库（synchronous_standby_names 为空），故障切换时可能丢失已提交的内容：请增加同步备库，或设置 "
     "require_standby = false"},

    {"the store is busy; try again", "存储繁忙；请重试"},
    {"the store is closed", "存储已关闭"},
    {"the store is gone", "存储已不在"},
    {"another process has the number {} of this node, because its lease ended: start this process again",
     "本节点的租约已到期，编号 {} 已归另一进程：请重新启动此进程"},
    {"{} is not there any more ({})", "{} 已不在（{}）"},
    {"{} is another file than the one that was opened", "{} 已不是打开时的那个文件"},
    {"{} was cut off or written over while it was open, so that it lacks what was committed",
     "{} 在打开期间被截断或改写，因此缺少已提交的内容"},

    // service/store_watch.cpp, clock_watch.cpp, edge_watch.cpp, notice_desk.cpp: what /readyz tells
    {"The store's files are not those that were opened: removed, exchanged, overwritten, or on a volume that is no "
     "longer "
     "mounted. livecert writes nothing.",
     "存储文件已不是打开时的文件：被删除、调换、改写，或所在卷已卸载。livecert 不再写入。"},
    {"Put the same files back in their place, and livecert writes again. If they were overwritten, stop the service, "
     "restore the store, and start it again. The log names the file.",
     "请将原文件放回原处，livecert 即恢复写入。若文件被改写，请停止服务、恢复存储后重新启动。日志中写有文件名。"},
    {"The database of the store does not answer, or must not be used. livecert neither reads nor writes; edges go on "
     "serving what they have.",
     "存储所在数据库没有响应，或不可使用。livecert 既不读也不写；接入节点继续使用现有证书。"},
    {"Check the database and the network to it; the log has the error. livecert goes on by itself when the database "
     "answers.",
     "请检查数据库及其网络；错误见日志。数据库恢复响应后 livecert 会自行继续。"},
    {"The disk of the store has not finished a write for more than two seconds. Writes wait for it.",
     "存储所在磁盘有写入超过两秒未完成，其他写入在等待。"},
    {"Check the disk and its connection. livecert writes again when the disk answers.",
     "请检查磁盘及其连接。磁盘恢复响应后 livecert 会继续写入。"},
    {"Some of what is stored could not be read within the last minute.", "最近一分钟内有存储内容无法读取。"},
    {"Check the disk; the log has its errors. If the store is damaged, stop the service, restore the store from a "
     "backup, "
     "and start it again.",
     "请检查磁盘；错误见日志。若存储已损坏，请停止服务，从备份恢复存储后重新启动。"},
    {"The disk of the store is full. livecert reads but does not write.", "存储所在磁盘已满。livecert 只读不写。"},
    {"Make room; livecert then writes again.", "请腾出空间；livecert 随即恢复写入。"},
    {"The disk of the store fails to write. livecert reads but does not write.",
     "存储所在磁盘写入失败。livecert 只读不写。"},
    {"Check the disk; the log has its errors. livecert tries again by itself.",
     "请检查磁盘；错误见日志。livecert 会自行重试。"},
    {"The machine's clock was set: it is {} s ahead of where it was.", "本机时钟被调整：比原先快了 {} 秒。"},
    {"The machine's clock was set: it is {} s behind where it was.", "本机时钟被调整：比原先慢了 {} 秒。"},
    {"Check the machine's time. Signatures and validity depend on it; the order of versions does not. Meanwhile "
     "livecert "
     "removes nothing that has expired.",
     "请检查本机时间。签名与有效期取决于它，版本的先后不受影响。在此期间 livecert 不会清理任何过期内容。"},
    {"At least one edge takes no certificates and goes on with those that it has.",
     "至少有一个接入节点不接收证书，继续使用现有证书。"},
    {"Ask `livecert edge status`, which names the edge and the reason.",
     "请运行 `livecert edge status` 查看节点与原因。"},
    {"At least one channel for notices takes no messages.", "至少有一个通知通道无法送达。"},
    {"Ask `livecert notify list`, which names the channel and the reason.",
     "请运行 `livecert notify list` 查看通道与原因。"},
    {"The service is stopping: it answers the requests that it has accepted.", "服务正在停止：只应答已接受的请求。"},
    {"Send requests elsewhere.", "请将请求发往别处。"},

    // service/server_identity.cpp, app/identity_watch.cpp, net/tls_context.cpp: the certificate of the HTTPS listener
    {"the certificate of the HTTPS listener cannot be used, because the setting '{}' of the store is damaged: restore "
     "the "
     "store from a backup, or start without https",
     "HTTPS 监听的证书无法使用，因为存储中的设置“{}”已损坏：请从备份恢复存储，或不启用 https 启动"},
    {"another process made the certificate of the HTTPS listener", "HTTPS 监听的证书已由另一进程生成"},
    {"the bootstrap CA does not admit its own names", "自带 CA 不允许它自己的名称"},
    {"the root account has bound no certificate that is valid now to {}", "根账号没有为 {} 绑定当前有效的证书"},
    {"the certificate of {} was replaced just now", "{} 的证书刚刚被替换"},
    {"the TLS identity holds no certificate", "TLS 身份中没有证书"},
    {"certificate {} of the TLS identity cannot be used", "TLS 身份中的第 {} 张证书无法使用"},
    {"the private key of the TLS identity cannot be read", "无法解析 TLS 身份的私钥"},
    {"the private key of the TLS identity does not belong to its first certificate",
     "TLS 身份的私钥与第一张证书不匹配"},
    {"the groups of TLS cannot be set", "无法设置 TLS 的密钥交换组"},

    // net/: listeners
    {"cannot listen on {}: {}", "无法监听 {}：{}"},
    {"HTTPS needs a certificate and its private key", "HTTPS 需要证书及其私钥"},
    {"there is no HTTPS listener", "没有 HTTPS 监听"},
    {"cannot start the server: {}", "无法启动服务：{}"},

    // app/backup.cpp, backup_commands.cpp, tar_stream.cpp, crypto/age.cpp
    {"livecert doctor checks that the database and the master key belong together, and pg_amcheck checks the "
     "database's "
     "own files",
     "livecert doctor 会检查数据库与主密钥是否匹配，pg_amcheck 会检查数据库自身的文件"},
    {"there is no room for a backup in {}: it needs about {} while it is made, for a copy of the store and the backup, "
     "and "
     "{} are free. Nothing was changed; make room, or name a file on another disk",
     "{} 的空间不足以备份：备份期间约需 {}（存储的副本加备份本身），可用 "
     "{}。未做任何更改；请腾出空间，或指定其他磁盘上的"
     "文件"},
    {"the store has no vault: it was never started", "存储没有密钥库：它从未启动过"},
    {"{} is there already; name another file", "{} 已存在；请另取文件名"},
    {"the backup holds a file that livecert does not know", "备份中有 livecert 不认识的文件"},
    {"the backup holds the file {} twice", "备份中的文件 {} 出现了两次"},
    {"the backup holds no store", "备份中没有存储"},
    {"the backup was made by a newer release, or by another program", "备份由更新的版本或其他程序生成"},
    {"there is no directory for temporary files: set TMPDIR", "没有存放临时文件的目录：请设置 TMPDIR"},
    {"the master key in {} is not the backup's: move it away, or name another file with --master-key",
     "{} 中的主密钥不是备份的那一把：请移走它，或用 --master-key 指定其他文件"},
    {"the store in the backup cannot be read by this release: {}", "本版本无法读取备份中的存储：{}"},
    {"the store in the backup is not in order, and nothing was restored: {} findings; {}",
     "备份中的存储有问题，没有恢复任何内容：{} 处问题；{}"},
    {"there is a store in {}: --replace moves it aside and restores the backup",
     "{} 中已有存储：--replace 会将其移开并恢复备份"},
    {"a backup is sealed to recipients or to a pass phrase, not to both", "备份只能用公钥或口令之一加密，不能同时使用"},
    {"back up the database with PostgreSQL's own tools, such as pg_dump or pg_basebackup, and {} apart from it",
     "请用 PostgreSQL 自己的工具（如 pg_dump、pg_basebackup）备份数据库，并另行备份 {}"},
    {"restore the database with PostgreSQL's own tools; to restore a backup of livecert's into an embedded store, name "
     "another data_dir",
     "请用 PostgreSQL 自己的工具恢复数据库；若要把 livecert 的备份恢复到内置存储，请另选 data_dir"},
    {"give --identity FILE, the key that age-keygen made, or --passphrase-file",
     "请给出 --identity 文件（age-keygen 生成的密钥）或 --passphrase-file"},
    {"the backup is no archive of livecert's: a header's sum is wrong", "备份不是 livecert 的归档：头部校验和有误"},
    {"the backup is no archive of livecert's: it holds something else than plain files",
     "备份不是 livecert 的归档：其中有普通文件以外的内容"},
    {"the backup is no archive of livecert's: a size is no number", "备份不是 livecert 的归档：大小不是数字"},
    {"the backup is no archive of livecert's: its end is missing", "备份不是 livecert 的归档：末尾缺失"},
    {"the backup is no archive of livecert's: {}", "备份不是 livecert 的归档：{}"},
    {"the file cannot be sealed", "无法加密文件"},
    {"the sealed file was changed, or it is cut off", "加密文件被改动，或不完整"},
    {"this is no file of the format age-encryption.org/v1", "这不是 age-encryption.org/v1 格式的文件"},
    {"the file is not sealed to any of these keys", "文件不是用这些密钥中的任何一把加密的"},
    {"the file is not sealed to a pass phrase", "文件不是用口令加密的"},
    {"the file's pass phrase would take too much memory to try", "验证该文件的口令所需内存过大"},
    {"the pass phrase cannot be tried: not enough memory", "无法验证口令：内存不足"},
    {"the pass phrase is not the file's", "口令与文件不符"},
    {"a recipient is a public key such as age-keygen prints, age1 and 58 more characters",
     "接收者须为 age-keygen 打印的公钥：age1 加 58 个字符"},
    {"a line that is no comment must be a key such as age-keygen writes, AGE-SECRET-KEY-1…",
     "非注释行必须是 age-keygen 写出的密钥：AGE-SECRET-KEY-1…"},
    {"there is no key in it, which would begin with AGE-SECRET-KEY-1", "其中没有以 AGE-SECRET-KEY-1 开头的密钥"},

    // app/verify_store.cpp, store/sqlite/inventory.cpp: findings about a store
    {"the key of account {} does not open: its certificates cannot be served. Restore the store from a backup",
     "账号 {} 的密钥无法解密：其证书无法使用。请从备份恢复存储"},
    {"the secret of access key {} does not open: nobody can sign with it. Make another one: livecert key add {}",
     "密钥 {} 的 SecretAccessKey 无法解密：没有人能用它签名。请另建一把：livecert key add {}"},
    {"version {} belongs to no chain", "版本 {} 不属于任何证书链"},
    {"version {} of chain {}: {}. Upload the certificate again: livecert cert create --chain-id {}",
     "版本 {}（证书链 {}）：{}。请重新上传该证书：livecert cert create --chain-id {}"},
    {"the setting '{}' holds no certificate: no service with https starts on it. Restore the store from a backup",
     "设置“{}”中没有证书：启用 https 的服务无法启动。请从备份恢复存储"},
    {"the key in the setting '{}' does not open: no service with https starts on it. Restore the store from a backup",
     "设置“{}”中的密钥无法解密：启用 https 的服务无法启动。请从备份恢复存储"},
    {"the setting '{}' does not open: this edge cannot ask for its certificates. Restore the store from a backup",
     "设置“{}”无法解密：该接入节点无法获取证书。请从备份恢复存储"},
    {"the edge {} cannot be read: {}. Delete it and add it again: livecert edge delete {}",
     "无法读取接入节点 {}：{}。请删除后重新添加：livecert edge delete {}"},
    {"the domain {} uses chain {}, whose certificate does not cover it: clients refuse it. Bind another certificate: "
     "livecert cert bind",
     "域名 {} 使用证书链 {}，而其证书不覆盖它：客户端会拒绝。请绑定另一张证书：livecert cert bind"},
    {"the domain {} is bound by the name {}, which does not cover it. Bind it again: livecert cert bind",
     "域名 {} 以名称 {} 绑定，而该名称不覆盖它。请重新绑定：livecert cert bind"},
    {"an issuer's certificate is missing", "缺少一张签发者证书"},
    {"the leaf cannot be read", "无法解析叶子证书"},
    {"an issuer's certificate was changed", "一张签发者证书被改动"},
    {"the certificates are not those of its digest", "证书与其摘要不符"},
    {"its early end is not the end of an issuer that it needs", "其提前到期的时间不是所需签发者的到期时间"},
    {"the validity in its row is not the leaf's", "所在行记录的有效期与叶子证书不符"},
    {"its chain repeats another validity", "其证书链记录的有效期不同"},
    {"lists show another name than its leaf's", "列表中显示的名称与叶子证书不符"},
    {"the public key is not the one of its digest", "公钥与其摘要不符"},
    {"the private key does not open", "私钥无法解密"},
    {"the private key cannot be read", "无法解析私钥"},
    {"the private key does not fit the leaf", "私钥与叶子证书不匹配"},
    {"{}. Restore the store from a backup, and upload again what was uploaded since",
     "{}。请从备份恢复存储，并重新上传此后上传的内容"},
    {"nobody can administer the service, because no root account is active with an enabled key: {}",
     "没有人能管理服务，因为没有启用的根账号及其启用的密钥：{}"},
    {"a chain has no current version: {}", "有证书链没有当前版本：{}"},
    {"the current version of a chain belongs to another chain: {}", "有证书链的当前版本属于另一条证书链：{}"},
    {"a domain uses a chain that is missing: {}", "有域名使用的证书链不存在：{}"},
    {"a domain uses a chain of another account: {}", "有域名使用另一账号的证书链：{}"},
    {"a domain is bound by no name of its certificate: {}", "有域名不是以其证书中的名称绑定的：{}"},
    {"chains are not counted under the day that they end on: project and day {}",
     "有证书链没有计入其到期日：项目与日期 {}"},
    {"chains are counted under a day on which none ends: project and day {}",
     "某日没有证书链到期，却有计数：项目与日期 {}"},
    {"an early end belongs to a version that is missing: {}", "有提前到期的记录所属版本不存在：{}"},
    {"an early end is kept for another chain or account: version {}", "有提前到期的记录属于另一证书链或账号：版本 {}"},
    {"an account's chains are not counted by their blocks: account and block {}",
     "有账号的证书链没有按块计数：账号与块 {}"},
    {"a row refers to one that is missing, in the table {}", "表 {} 中有行引用了不存在的行"},
    {"the {} is missing", "缺少 {}"},
    {"the {} is not that of the format", "{} 与格式不符"},
    {"the {} does not belong to a store", "{} 不属于存储"},
    {"a chain is not found by its ChainID: {}", "有证书链无法按 ChainID 找到：{}"},
    {"a chain is not found by its content: {}", "有证书链无法按内容找到：{}"},
};

}  // namespace

std::span<const Row> commands() {
  return kCommands;
}

}  // namespace livecert::translation
