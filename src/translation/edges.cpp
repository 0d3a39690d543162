#include "translation/tables.h"

namespace livecert::translation {
namespace {

constexpr Row kEdges[]{
    // service/administer_edges.cpp, edge_token.cpp, edge_source.cpp, api/edge_actions.cpp
    {"{} holds a control character", "{} 含有控制字符"},
    {"its files or its socket are also those of the edge {}", "其文件或套接字与接入节点 {} 相同"},
    {"the edge {} has its files in {}, and its kind, layout and place cannot be changed: take them back with `livecert "
     "edge delete {} --withdraw` first, or add an edge with another name",
     "接入节点 {} 的文件在 {}，其类型、文件布局和位置不能更改：请先用 `livecert edge delete {} --withdraw` "
     "撤回文件，或另取名称添加接入节点"},
    {"it is not delivered to: {}", "无法向它下发：{}"},
    {"the edge {} is in the service's configuration file: change it there",
     "接入节点 {} 在服务的配置文件中：请在那里修改"},
    {"the edge {} is in the service's configuration file: remove its table there",
     "接入节点 {} 在服务的配置文件中：请在那里删除它的表"},
    {"nothing is delivered to the edge {} now, so that nothing can be taken back: delete it without Withdraw",
     "现在没有向接入节点 {} 下发，因此无法撤回：请不带 Withdraw 删除"},
    {"what was written for {} domains is not taken back yet: `livecert edge status` shows why; repeat the call, or "
     "delete the edge without Withdraw",
     "还有 {} 个域名的文件未撤回：原因见 `livecert edge status`；请重试，或不带 Withdraw 删除该接入节点"},
    {"its token in the store is damaged: restore the store from a backup", "存储中它的令牌已损坏：请从备份恢复存储"},
    {"there is no version {}", "没有版本 {}"},
    {"{}, chain {}: {} ({} domains)", "{}，证书链 {}：{}（共 {} 个域名）"},
    {"{}, chain {}: {}", "{}，证书链 {}：{}"},

    // edge/admission.cpp
    {"{}: no edge with files can be added here; the service's configuration file can name an edge anywhere, and more "
     "places for added ones (edge_roots)",
     "{}：此处不能添加带文件的接入节点；服务的配置文件可在任意位置声明接入节点，也可增设允许添加的位置（edge_roots）"},
    {"{} must be below {}, not {}, for an edge that is added; the service's configuration file can name an edge "
     "anywhere, and more places for added ones (edge_roots)",
     "所添加接入节点的 {0} 必须在 {1} 之下，而不是 "
     "{2}；服务的配置文件可在任意位置声明接入节点，也可增设允许添加的位置（edge_roots）"},
    {"nginx, haproxy, srs, files or caddy", "nginx、haproxy、srs、files 或 caddy"},
    {"{} can only be set in the service's configuration file", "{} 只能在服务的配置文件中设置"},
    {"listen must be an address of this machine, not {}; the service's configuration file can name another",
     "listen 必须是本机地址，而不是 {}；服务的配置文件可指定其他地址"},
    {"the folder of file", "file 所在目录"},

    // edge/delivery
    {"it has ended, and version {}, which is valid, is shown", "它已到期，现出示仍有效的版本 {}"},
    {"its certificate or key does not work", "其证书或私钥无法使用"},
    {"it is held back: it failed here for two other domains", "暂缓：它在此处已有另外两个域名失败"},
    {"it is held back: it failed at {}", "暂缓：它在 {} 失败"},
    {"the version does not exist any more", "该版本已不存在"},
    {"it cannot be read from the store: {}", "无法从存储读取：{}"},
    {"livecert stops", "livecert 正在停止"},
    {"the files are not the ones that were delivered", "文件已不是下发时的内容"},
    {"it expired {}, and version {}, which is valid, is in place", "它已于 {} 过期，现保留仍有效的版本 {}"},
    {"{} does not answer", "{} 没有响应"},
    {"it ended at {}, and clients refuse it: upload a renewed certificate",
     "它已于 {} 到期，客户端会拒绝：请上传续期后的证书"},
    {"it cannot be withdrawn: {}", "无法撤回：{}"},
    {"it ended at {}, and clients refuse it", "它已于 {} 到期，客户端会拒绝"},

    // edge/drivers: files
    {"{} belongs to another store of livecert, {} (this one is {}): two services that deliver there would undo each "
     "other's work. If the other one is gone, take it over: rm {}",
     "{} 属于 livecert 的另一个存储 {}（本存储为 {}）：两个服务都向此处下发会互相覆盖。若另一个已不用，请接管：rm {}"},
    {"{} holds {}, which livecert did not make; give the edge an empty folder, or, if everything in this one is "
     "livecert's, run: touch {}",
     "{} 中有 {}，它不是 livecert 生成的；请为接入节点指定一个空目录；若其中全部内容都属于 livecert，请运行：touch {}"},
    {"the command {} {}", "命令 {} {}"},
    {"was ended by signal {}", "被信号 {} 终止"},
    {"failed with status {}", "失败，退出状态为 {}"},
    {"is not run, because livecert stops", "没有运行，因为 livecert 正在停止"},
    {"cannot be started: {}", "无法启动：{}"},
    {"cannot be watched: {}", "无法监视：{}"},
    {"was stopped, because livecert stops", "已中止，因为 livecert 正在停止"},
    {"did not end within {} s and was stopped", "在 {} 秒内没有结束，已中止"},
    {"{} cannot be given its owner and group: {}", "无法为 {} 设置属主和属组：{}"},
    {"run livecert as root, or leave owner out and choose a group that the user that runs livecert is in",
     "请以 root 运行 livecert，或省略 owner 并选择运行 livecert 的用户所属的组"},
    {"{} cannot be read: {}", "无法读取 {}：{}"},
    {"{} cannot be written: {}", "无法写入 {}：{}"},
    {"{} cannot be given its mode: {}", "无法为 {} 设置权限：{}"},
    {"{} cannot be replaced: {}", "无法替换 {}：{}"},
    {"{} cannot be removed: {}", "无法删除 {}：{}"},
    {"{} cannot be synced: {}", "无法将 {} 同步到磁盘：{}"},
    {"{} cannot be listed: {}", "无法列出 {} 的内容：{}"},
    {"{} cannot be created: {}", "无法创建 {}：{}"},
    {"{} cannot be linked: {}", "无法为 {} 建立链接：{}"},
    {"the folder must belong to the user that runs livecert", "该目录必须属于运行 livecert 的用户"},
    {"livecert must be able to write there (under systemd: ReadWritePaths)",
     "livecert 必须能在那里写入（systemd 下：ReadWritePaths）"},
    {"remove the folder of that name", "请删除该名称的目录"},
    {"the folder was removed while livecert worked in it", "livecert 工作期间该目录被删除"},
    {"it is a symbolic link, which livecert does not follow; remove it", "它是符号链接，livecert 不跟随；请删除"},
    {"{} belongs to user {}, who could exchange its files; it must belong to the user that runs livecert, or to root; "
     "run: chown {} {}",
     "{} 属于用户 {}，该用户可以调换其中的文件；它必须属于运行 livecert 的用户或 root；请运行：chown {} {}"},
    {"{} can be written by others than its owner; run: chmod go-w {}",
     "{} 可被属主以外的用户写入；请运行：chmod go-w {}"},
    {"{} runs as {}, who may not enter {}: set group and mode of the edge so that it may (docs/edges.md, \"Who may "
     "read\")",
     "{} 以用户 {} 运行，该用户不能进入 {}：请设置接入节点的 group 与 mode 使其可以（见 "
     "docs/edges.zh-CN.md“谁可以读取”）"},
    {"{} runs as {}, who may not read {}: set group and mode of the edge so that it may (docs/edges.md, \"Who may "
     "read\")",
     "{} 以用户 {} 运行，该用户不能读取 {}：请设置接入节点的 group 与 mode 使其可以（见 "
     "docs/edges.zh-CN.md“谁可以读取”）"},
    {"{} runs as {}, who may not read the files of this edge: they belong to {} and the group {}. Give the edge that "
     "user's group: group = \"{}\" and mode = \"0640\"",
     "{} 以用户 {} 运行，该用户不能读取此接入节点的文件：它们属于用户 {} 和组 {}。请把该用户的组设给接入节点：group = "
     "\"{}\"，mode = \"0640\""},
    {"{} runs as {}, who may not read the files of this edge: they belong to {} and the group {}, and that user is not "
     "in the group",
     "{} 以用户 {} 运行，该用户不能读取此接入节点的文件：它们属于用户 {} 和组 {}，而该用户不在这个组中"},
    {"{} runs as {}, who may not read the files of this edge: they belong to {} and the group {}, and the edge's mode "
     "shuts the group out: set mode = \"0640\" too",
     "{} 以用户 {} 运行，该用户不能读取此接入节点的文件：它们属于用户 {} 和组 {}，而接入节点的 mode "
     "不允许该组读取：请一并设置 mode = \"0640\""},
    {"{} runs as {}, who may not enter {}", "{} 以用户 {} 运行，该用户不能进入 {}"},
    {"{} must be an absolute path", "{} 必须是绝对路径"},
    {"{} is a symbolic link, which livecert does not follow; put a folder in its place",
     "{} 是符号链接，livecert 不跟随；请改为目录"},
    {"{} belongs to user {}; it must belong to root or to the user that runs livecert",
     "{} 属于用户 {}；它必须属于 root 或运行 livecert 的用户"},
    {"{} belongs to user {}, who could put something else in the place of {}; give it to root (chown root {}), or use "
     "a folder elsewhere",
     "{} 属于用户 {}，该用户可以调换 {}；请改归 root（chown root {}），或使用别处的目录"},
    {"{} can be written by others than its owner, who could put something else in the place of {}; run: chmod go-w {}",
     "{} 可被属主以外的用户写入，他们可以调换 {}；请运行：chmod go-w {}"},
    {"{} cannot be opened: {}", "无法打开 {}：{}"},
    {"create it and give it to the user that runs livecert", "请创建它，并交给运行 livecert 的用户"},
    {"the user that runs livecert must own it and be let into the folders above it",
     "它必须属于运行 livecert 的用户，且该用户能进入其上各级目录"},

    // edge/drivers: HAProxy
    {"the `stats socket` needs `level admin`", "`stats socket` 需要 `level admin`"},
    {"HAProxy 2.2 or later is needed", "需要 HAProxy 2.2 或更新版本"},
    {"is it named, by exactly this path, in a `bind` line of the HAProxy that runs?",
     "运行中的 HAProxy 是否在某个 `bind` 行中以完全相同的路径写了它？"},
    {"something else changes certificates at this moment", "此刻有其他程序正在更改证书"},
    {"something else has taken it away", "它已被其他程序移除"},
    {"there is no certificate to serve", "没有可出示的证书"},
    {"HAProxy shows {}'s certificate to strangers, and forgets it at its next start; strict-sni in the bind line "
     "avoids this",
     "HAProxy 会向未知名称出示 {} 的证书，且下次启动时会丢失它；在 bind 行中加入 strict-sni 可避免"},
    {"{} is missing in the folder, and other domains need it", "目录中缺少 {}，而其他域名需要它"},
    {"directory must be an absolute path of letters, digits and the characters . _ + - /, for HAProxy reads others in "
     "its own way; not {}",
     "directory 必须是由字母、数字和 . _ + - / 组成的绝对路径（其他字符 HAProxy 另有解释），而不是 {}"},
    {"socket must be an absolute path of at most 107 bytes, not {}",
     "socket 必须是不超过 107 字节的绝对路径，而不是 {}"},
    {"the certificates and the key make {} bytes, and HAProxy takes no more than {} at once: set tune.bufsize to at "
     "least {} in its section global and restart it; it reads the file of its folder then",
     "证书与私钥共 {} 字节，而 HAProxy 一次最多接收 {} 字节：请在其 global 段将 tune.bufsize 设为至少 {} "
     "并重启；届时它会读取目录中的文件"},
    {"HAProxy does not say which process it is", "HAProxy 没有说明自己的进程"},
    {"HAProxy refuses to make room for {}: {}", "HAProxy 拒绝为 {} 腾出位置：{}"},
    {"HAProxy refuses to give up the change of {}: {}", "HAProxy 拒绝放弃对 {} 的更改：{}"},
    {"HAProxy refuses to take the line of {} away: {}", "HAProxy 拒绝移除 {} 的行：{}"},
    {"HAProxy refuses to take the line {} away: {}", "HAProxy 拒绝移除第 {} 行：{}"},
    {"HAProxy refuses to make room for {}", "HAProxy 拒绝为 {} 腾出位置"},
    {"HAProxy refuses to give up the change of {}", "HAProxy 拒绝放弃对 {} 的更改"},
    {"HAProxy refuses to take the line of {} away", "HAProxy 拒绝移除 {} 的行"},
    {"HAProxy refuses to take the line {} away", "HAProxy 拒绝移除第 {} 行"},
    {"HAProxy refuses to {}", "HAProxy 拒绝：{}"},
    {"HAProxy does not say whether a transaction is open", "HAProxy 没有说明是否有未完成的事务"},
    {"a change of the certificate {} that livecert did not begin is open in HAProxy, which has room for one; it is "
     "given up when it is still open a little later, and at once with `abort ssl cert` on the runtime API",
     "HAProxy 中有一项并非由 livecert 发起、尚未完成的证书更改（{}），而它只能容纳一项；若稍后仍未完成，livecert "
     "会放弃它；在运行时 API上执行 `abort ssl cert` 可立即放弃"},
    {"HAProxy does not say what it has for {}", "HAProxy 没有说明 {} 处现有的内容"},
    {"something else changes certificates in HAProxy at this moment; what was sent for {} went to {}",
     "此刻有其他程序正在 HAProxy 中更改证书；发给 {} 的内容到了 {}"},
    {"HAProxy refuses the certificate {}: {}", "HAProxy 拒绝证书 {}：{}"},
    {"HAProxy refuses the certificate {}", "HAProxy 拒绝证书 {}"},
    {"HAProxy refuses the line of {}: {}", "HAProxy 拒绝 {} 的行：{}"},
    {"HAProxy refuses the line of {}", "HAProxy 拒绝 {} 的行"},
    {"HAProxy took the certificate {} but has another one there now; something else changes certificates at this "
     "moment",
     "HAProxy 接收了证书 {}，但现在那里是另一张；此刻有其他程序正在更改证书"},
    {"HAProxy has no crt-list '{}'; is it named, by exactly this path, in a `bind` line of the HAProxy that runs?",
     "HAProxy 没有 crt-list '{}'；运行中的 HAProxy 是否在某个 `bind` 行中以完全相同的路径写了它？"},
    {"HAProxy does not say which lines it has", "HAProxy 没有说明现有哪些行"},
    {"HAProxy does not say which certificates it has", "HAProxy 没有说明现有哪些证书"},
    {"HAProxy refuses to forget the certificate {}: {}", "HAProxy 拒绝移除证书 {}：{}"},
    {"HAProxy refuses to forget the certificate {}", "HAProxy 拒绝移除证书 {}"},
    {"HAProxy has too many lines for {}", "HAProxy 中 {} 的行过多"},
    {"HAProxy's runtime API at {} cannot be reached; is HAProxy running, with this `stats socket` open to livecert?",
     "无法连接 HAProxy 的运行时 API {}；HAProxy 是否在运行，并向 livecert 开放了这个 `stats socket`？"},
    {"HAProxy's runtime API at {} was not waited for any longer, because livecert stops",
     "不再等待 HAProxy 的运行时 API {}，因为 livecert 正在停止"},
    {"HAProxy's runtime API at {} did not answer within {} ms", "HAProxy 的运行时 API {} 在 {} 毫秒内没有响应"},
    {"HAProxy's runtime API at {} cannot be reached: {}", "无法连接 HAProxy 的运行时 API {}：{}"},
    {"HAProxy's runtime API at {} is a symbolic link, which livecert does not follow; name the socket itself",
     "HAProxy 的运行时 API {} 是符号链接，livecert 不跟随；请直接写出套接字"},
    {"HAProxy's runtime API at {} is no socket", "HAProxy 的运行时 API {} 不是套接字"},
    {"HAProxy's runtime API at {} does not say whose it is: {}", "无法得知 HAProxy 的运行时 API {} 属于谁：{}"},
    {"HAProxy's runtime API at {} is served by user {}, who is neither root nor the owner of the socket's folder; give "
     "the folder to the user that runs HAProxy, and let nobody else write in it",
     "HAProxy 的运行时 API {} 由用户 {} 提供，而该用户既不是 root 也不是套接字所在目录的属主；请把该目录交给运行 "
     "HAProxy 的用户，且不让其他人写入"},
    {"HAProxy's runtime API at {} could not be called: {}", "无法调用 HAProxy 的运行时 API {}：{}"},
    {"HAProxy's runtime API at {} could not be waited for: {}", "无法等待 HAProxy 的运行时 API {}：{}"},
    {"HAProxy's runtime API at {} hung up on a command: {}", "HAProxy 的运行时 API {} 收到命令后断开：{}"},
    {"HAProxy's runtime API at {} broke off: {}", "HAProxy 的运行时 API {} 中断：{}"},
    {"HAProxy's runtime API at {} does not come to an end of its answer", "HAProxy 的运行时 API {} 的应答没有结束"},
    {"HAProxy's runtime API at {} hung up without an answer", "HAProxy 的运行时 API {} 没有应答就断开了"},
    {"HAProxy's runtime API at {} broke off in the middle of an answer", "HAProxy 的运行时 API {} 在应答中途断开"},

    // edge/drivers: nginx, SRS
    {"directory must be a path without $, quotation marks, backslashes and control characters, which nginx cannot "
     "express",
     "directory 必须是不含 $、引号、反斜杠和控制字符的路径，nginx 无法表达这些字符"},
    {"SRS reads RSA keys only, and the key of {} is {}; upload an RSA certificate for it",
     "SRS 只支持 RSA 密钥，而 {} 的密钥是 {}；请为它上传 RSA 证书"},
    {"{} holds something else than certificates; move it away, or name another file",
     "{} 中的内容不是证书；请移走，或改用其他文件"},

    // edge/drivers: what an edge's members must be
    {"{} must be ADDR:PORT, not {}", "{} 必须是 地址:端口，而不是 {}"},
    {"{} must be a numeric address and a port, such as 127.0.0.1:443 or [::1]:443, not {}",
     "{} 必须是数字地址加端口，例如 127.0.0.1:443 或 [::1]:443，而不是 {}"},
    {"{} must be 0400, 0600, 0440 or 0640: a private key is for its owner and one group at most",
     "{} 必须是 0400、0600、0440 或 0640：私钥最多只供属主和一个组读取"},
    {"{} names a user that this machine does not have: {}", "{} 中的用户在本机不存在：{}"},
    {"{} names a group that this machine does not have: {}", "{} 中的组在本机不存在：{}"},
    {"{} is longer than a path can be", "{} 超过路径的最大长度"},
    {"{} must be an absolute path without '..', '//' or a slash at its end, not {}",
     "{} 必须是绝对路径，不含 '..'、'//'，末尾没有斜杠，而不是 {}"},
    {"{} must be {}, not {}", "{} 必须是 {}，而不是 {}"},
    {"{} must be domain names, *.example.net or *, not {}", "{} 必须是域名、*.example.net 或 *，而不是 {}"},
    {"{} must be account ids, not {}", "{} 必须是账号 ID，而不是 {}"},
    {"{} must be combined or separate", "{} 必须是 combined 或 separate"},
    {"{} must begin with the absolute path of a program, not {}", "{} 必须以程序的绝对路径开头，而不是 {}"},
    {"{} must be a number of seconds from 1 to 300", "{} 必须是 1 到 300 之间的秒数"},
    {"{} must be 1 to 60 letters, digits, hyphens and underscores", "{} 必须是 1 到 60 个字母、数字、连字符或下划线"},
    {"{} must be true or false", "{} 必须是 true 或 false"},
    {"{} is not a setting of an edge; see docs/edges.md", "{} 不是接入节点的设置项；见 docs/edges.zh-CN.md"},
    {"{} must not be empty", "{} 不能为空"},
    {"{} holds a zero byte", "{} 含有零字节"},
    {"{} is not a setting of the kind {}", "{} 不是类型 {} 的设置项"},
    {"name is missing", "缺少 name"},
    {"the kind {} needs {}", "类型 {} 需要 {}"},
    {"domains with exactly one name: SRS serves one certificate to everybody",
     "恰好含一个名称的 domains：SRS 对所有人只出示一张证书"},
    {"kind is missing: {}", "缺少 kind：{}"},

    // edge/proof
    {"OpenSSL cannot read certificate {} of the chain", "OpenSSL 无法读取证书链中的第 {} 张证书"},
    {"there is no certificate", "没有证书"},
    {"the leaf ({}) is not for {}", "叶子证书（{}）不适用于 {}"},
    {"the private key is not the leaf's ({})", "私钥与叶子证书（{}）不匹配"},
    {"OpenSSL cannot use the private key", "OpenSSL 无法使用该私钥"},
    {"what the private key signs is not good for the leaf ({}): the key is damaged; make a new key and certificate",
     "私钥作出的签名与叶子证书（{}）不符：私钥已损坏；请重新生成私钥并签发证书"},
    {"the server closed the connection in the handshake", "服务器在握手中关闭了连接"},
    {"the handshake ended with alert {}", "握手以告警 {} 结束"},
    {"the answer makes no sense in a TLS handshake: {}", "应答不符合 TLS 握手：{}"},
    {"{} in the handshake", "握手中{}"},
    {"the handshake did not end within {}", "握手在 {} 内没有完成"},
    {"no answer within {}", "{} 内没有响应"},
    {"OpenSSL gives no reason", "OpenSSL 没有给出原因"},
    {"a TLS server cannot use certificate {} of the chain: {}", "TLS 服务器无法使用证书链中的第 {} 张证书：{}"},
    {"a TLS server cannot use the private key: {}", "TLS 服务器无法使用该私钥：{}"},
    {"a TLS handshake with this chain and key fails: {}", "用此证书链与私钥进行 TLS 握手失败：{}"},
    {"a TLS server with this chain shows another", "使用此证书链的 TLS 服务器出示的却是另一条"},
    {"a TLS handshake with this chain does not end", "用此证书链进行的 TLS 握手没有结束"},
    {"{} does not speak the PROXY protocol: remove proxy_protocol from the edge",
     "{} 不使用 PROXY 协议：请从接入节点去掉 proxy_protocol"},
    {"{} wants the PROXY protocol: set proxy_protocol = true for the edge",
     "{} 需要 PROXY 协议：请为接入节点设置 proxy_protocol = true"},
    {"with {}: {}", "使用 {} 时：{}"},
    {"{} refuses {} for {}, whose binding asks for {}: allow {} there (nginx: ssl_protocols; HAProxy: ssl-min-ver, "
     "ssl-max-ver), with a cipher for an {} key; {}",
     "{} 对 {2} 拒绝 {1}，而绑定要求 {3}：请在该处允许 "
     "{4}（nginx：ssl_protocols；HAProxy：ssl-min-ver、ssl-max-ver），并启用适合 {5} 密钥的加密套件；{6}"},
    {"whether {} is refused cannot be told: {}", "无法判断 {} 是否被拒绝：{}"},
    {"{} offers {} for {}, whose binding asks for {}: allow only these there (nginx: ssl_protocols; HAProxy: "
     "ssl-min-ver, ssl-max-ver)",
     "{} 对 {2} 提供 {1}，而绑定要求 "
     "{3}：请在该处只允许这些版本（nginx：ssl_protocols；HAProxy：ssl-min-ver、ssl-max-ver）"},
    {"TLSv1.0 to TLSv1.1", "TLSv1.0 至 TLSv1.1"},
    {"TLSv1.0 to TLSv1.2", "TLSv1.0 至 TLSv1.2"},
    {"TLSv1.0 to TLSv1.3", "TLSv1.0 至 TLSv1.3"},
    {"TLSv1.1 to TLSv1.2", "TLSv1.1 至 TLSv1.2"},
    {"TLSv1.1 to TLSv1.3", "TLSv1.1 至 TLSv1.3"},
    {"TLSv1.2 to TLSv1.3", "TLSv1.2 至 TLSv1.3"},
    {"there is no TLS version between {} and {}, as {} is bound", "{2} 所绑定的 {0} 与 {1} 之间没有任何 TLS 版本"},
    {"{} shows for {} the leaf {}, not {}", "{} 对 {} 出示的叶子证书是 {}，而不是 {}"},
    {"{} shows for {} the right leaf, but as certificate {} {}, not {}",
     "{} 对 {} 出示的叶子证书正确，但第 {} 张是 {}，而不是 {}"},
    {"{} shows for {} the right leaf, but the chain has {} certificate, expected {}",
     "{} 对 {} 出示的叶子证书正确，但证书链有 {} 张证书，应为 {} 张"},
    {"{} shows for {} the right leaf, but the chain has {} certificates, expected {}",
     "{} 对 {} 出示的叶子证书正确，但证书链有 {} 张证书，应为 {} 张"},
    {"{} ({}, expires {})", "{}（{}，{} 到期）"},
    {"one that cannot be read ({})", "一张无法解析的证书（{}）"},
    // several nodes
    {"it did not say who delivers to {}", "未能得知由谁向 {} 下发"},
    {"the edge {} is on the machine {}, and belongs to the node there: send the call to that node",
     "接入节点 {} 在机器 {} 上，由那里的节点管理：请向该节点发送请求"},
    {"the HAProxy at {} belongs to another store of livecert, {}, whose folder {} it reads too (this one is {}): two "
     "services that deliver there would undo each other's work. If the other one is gone, take it over: rm {}",
     "位于 {} 的 HAProxy 属于 livecert 的另一个存储 {}，它也读取那个存储的目录 {}（本存储为 "
     "{}）：两个服务同时向它下发会互相撤销。若另一个已不再使用，请接管：rm {}"},
    {"not looked at since {}, because no node runs on {}, which has its folder",
     "自 {} 起未再核验，因为其目录所在的机器 {} 上没有节点在运行"},
};

}  // namespace

std::span<const Row> edges() {
  return kEdges;
}

}  // namespace livecert::translation
