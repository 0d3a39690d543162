#include "translation/tables.h"

namespace livecert::translation {
namespace {

constexpr Row kFindings[]{
    // Where a finding is.
    {"certificate block {}", "证书第 {} 块"},
    {"certificates", "证书"},
    {"private key block {}", "私钥第 {} 块"},
    {"private key", "私钥"},
    {"upload", "上传内容"},

    // Lists, and what certificates are called.
    {"{} and {} more", "{} 等（另有 {} 项）"},
    {"the certificate", "该证书"},

    // x509/certificate.cpp, certificate_builder.cpp, description.cpp
    {"the validity holds a time that cannot be read", "有效期中有无法解析的时间"},
    {"the subject or issuer name cannot be read", "无法解析使用者或签发者名称"},
    {"certificates have no such version", "证书没有这种版本"},
    {"the signature algorithm differs between the signed part and the certificate",
     "被签名部分与证书外层的签名算法不一致"},
    {"the signature is not a whole number of bytes", "签名不是整数个字节"},
    {"the certificate is made of more than {} values, such as names", "证书由超过 {} 个值（例如名称）组成"},
    {"these bytes are no X.509 certificate", "这些字节不是 X.509 证书"},
    {"{} bytes follow the end of the certificate", "证书结尾之后还有 {} 个字节"},
    {"the certificate is not encoded in DER", "证书不是 DER 编码"},
    {"the signed part of the certificate cannot be read", "无法解析证书的被签名部分"},
    {"a certificate cannot be issued with this: {}", "无法用此内容签发证书：{}"},
    {"signing a certificate failed", "签发证书失败"},
    {"OpenSSL cannot print a certificate", "OpenSSL 无法打印证书"},

    // x509/chain_path.cpp
    {"this is the certificate of block {} again; it is left out", "与第 {} 块是同一张证书，已略去"},
    {"Upload each certificate once", "每张证书只上传一次"},
    {"its own key", "它自己的密钥"},
    {"the key of block {}", "第 {} 块的密钥"},
    {"the signature does not verify with {} ({})", "用{}（{}）验证签名失败"},
    {"One of the two is damaged or of another issuer with the same name: upload the chain that the issuer publishes "
     "for "
     "this leaf",
     "两者之一已损坏，或出自同名的另一签发者：请上传签发者为该证书公布的证书链"},
    {"the signature ({} by {}) is of a kind that is not verified", "不支持验证这种签名（{}，签名密钥为{}）"},
    {"Use a chain signed with RSA or ECDSA and SHA-256, SHA-384 or SHA-512",
     "请使用以 RSA 或 ECDSA 配合 SHA-256、SHA-384 或 SHA-512 签名的证书链"},
    {"the certificates are out of order; by their signatures the right order of the blocks is {}",
     "证书顺序有误；按签名关系，各块的正确顺序是 {}"},
    {"Upload them in that order: the leaf, then each one's issuer", "请按此顺序上传：先是叶子证书，然后依次是签发者"},
    {"{} (not valid now) is cross-signed and not needed: the chain is valid without it",
     "{}（当前不在有效期内）是交叉签名证书，没有它证书链同样有效"},
    {"{} is cross-signed and not needed: the chain is valid without it", "{} 是交叉签名证书，没有它证书链同样有效"},
    {"It may be left out", "可以去掉"},
    {"{} issued no certificate of this chain", "{} 没有签发此链中的任何证书"},
    {"Upload the chain that the issuer publishes for this leaf: a certificate is missing before this one, or another "
     "belongs in its place",
     "请上传签发者为该证书公布的证书链：此证书之前缺少一张，或此处应为另一张"},
    {"Leave it out", "请去掉"},

    // x509/client_rules.cpp
    {"the RSA key of {} lacks the NULL after its algorithm: Go, Chromium and Android refuse it",
     "{} 的 RSA 公钥算法后缺少 NULL：Go、Chromium 和 Android 会拒绝"},
    {"the ECDSA signature of {} has parameters after its algorithm, where none are allowed: Chromium and Android "
     "refuse "
     "it",
     "{} 的 ECDSA 签名算法后带有不允许的参数：Chromium 和 Android 会拒绝"},
    {"the RSA-PSS signature of {} has a salt of {} bytes instead of the {} of its digest: Go, GnuTLS, Chromium and "
     "Android refuse it",
     "{} 的 RSA-PSS 签名盐长为 {} 字节，而摘要长 {} 字节：Go、GnuTLS、Chromium 和 Android 会拒绝"},
    {"the RSA-PSS signature of {} names its digest without the NULL after it: the package cryptography of Python "
     "refuses "
     "it",
     "{} 的 RSA-PSS 签名在摘要算法后缺少 NULL：Python 的 cryptography 会拒绝"},
    {"that it is no authority", "“不是 CA”"},
    {"the minimum of its name constraints", "名称约束的 minimum"},
    {"that an extension is not critical", "“扩展非关键”"},
    {"the trailer field of RSA-PSS", "RSA-PSS 的 trailer 字段"},
    {"{} writes out what DER leaves out, since it is the default ({}): the package cryptography of Python refuses it",
     "{} 写出了 DER 规定应省略的默认值（{}）：Python 的 cryptography 会拒绝"},
    {"the serial number of {} is negative: Go since 1.23 and clients written in Rust refuse it",
     "{} 的序列号为负数：Go 1.23 及以后版本和用 Rust 编写的客户端会拒绝"},
    {"the serial number of {} has {} bytes, more than 20: the package cryptography of Python refuses it",
     "{} 的序列号有 {} 字节，超过 20 字节：Python 的 cryptography 会拒绝"},
    {"the key usage allows the certificate to sign others, and it is no authority's: the package cryptography of "
     "Python "
     "refuses it",
     "密钥用途允许该证书签发其他证书，但它不是 CA 证书：Python 的 cryptography 会拒绝"},
    {"the certificate has name constraints, and it is no authority's: the package cryptography of Python refuses it",
     "该证书带有名称约束，但它不是 CA 证书：Python 的 cryptography 会拒绝"},
    {"the subject of an authority is empty: GnuTLS and the package cryptography of Python refuse it",
     "CA 证书的使用者为空：GnuTLS 和 Python 的 cryptography 会拒绝"},
    {"{} has name constraints that constrain nothing: Go, Chromium and Android refuse it",
     "{} 的名称约束没有约束任何名称：Go、Chromium 和 Android 会拒绝"},
    {"{} may issue for any purpose but does not name TLS servers among them: clients built on OpenSSL (curl, Node.js, "
     "nginx) refuse it",
     "{} 可签发任意用途的证书，但没有写明 TLS 服务器：基于 OpenSSL 的客户端（curl、Node.js、nginx）会拒绝"},
    {"the certificate's Netscape type (nsCertType) does not include TLS servers: clients built on OpenSSL (curl, "
     "Node.js, nginx) refuse it",
     "该证书的 Netscape 类型（nsCertType）不含 TLS 服务器：基于 OpenSSL 的客户端（curl、Node.js、nginx）会拒绝"},
    {"{} may not issue for a name that {} covers: Chromium, Android and clients written in Rust refuse it",
     "{} 不得为 {} 所覆盖的某个名称签发证书：Chromium、Android 和用 Rust 编写的客户端会拒绝"},
    {"Chromium and Android", "Chromium 和 Android "},
    {"Chromium, Android and Go", "Chromium、Android 和 Go "},
    {"the issuer of {} has {} in a PrintableString, which may not hold it: {} refuse it",
     "{} 的签发者名称中有 {}，而 PrintableString 不允许该字符：{}会拒绝"},
    {"the subject of {} has {} in a PrintableString, which may not hold it: {} refuse it",
     "{} 的使用者名称中有 {}，而 PrintableString 不允许该字符：{}会拒绝"},
    {"the subject is empty and the subject alternative names are not critical: Chromium, Android and Java refuse it",
     "使用者为空，而使用者可选名称未标为关键扩展：Chromium、Android 和 Java 会拒绝"},
    {"the certificate's key is ECDSA P-521: Chromium and Android make no handshake with it",
     "该证书的密钥是 ECDSA P-521：Chromium 和 Android 无法与它握手"},
    {"the certificate demands that the TLS server staples an OCSP answer (must-staple): Firefox and other clients that "
     "look refuse it from a server that does not, and livecert sets up none that does",
     "该证书要求 TLS 服务器附带 OCSP 应答（must-staple）：服务器不附带时，Firefox 等会检查的客户端会拒绝，而 livecert "
     "不会为服务器配置这一功能"},
    {"the certificate is valid for {} days, more than 825: clients of Apple (iOS, macOS) refuse it",
     "该证书有效期为 {} 天，超过 825 天：Apple 客户端（iOS、macOS）会拒绝"},
    {"Have the certificate issued again by software that follows RFC 5280", "请改用遵循 RFC 5280 的软件重新签发"},
    {"Have the certificate signed with a salt as long as the digest, or with ECDSA",
     "请以与摘要等长的盐重新签名，或改用 ECDSA"},
    {"Have the next one issued without keyCertSign", "下次签发时请去掉 keyCertSign"},
    {"Have the next one issued without name constraints", "下次签发时请去掉名称约束"},
    {"Have the certificate issued below an authority that has a name", "请由有名称的 CA 签发"},
    {"Have the authority's certificate issued without them, or with some",
     "请重新签发该 CA 证书：去掉名称约束，或写明约束"},
    {"Use an intermediate whose extended key usage includes serverAuth, or which has none",
     "请使用扩展密钥用途含 serverAuth 或没有此扩展的中间证书"},
    {"Have the next one issued without nsCertType, or with the type server",
     "下次签发时请去掉 nsCertType，或加入类型 server"},
    {"Have the certificate issued with the name as UTF8String", "请以 UTF8String 编码名称重新签发"},
    {"Have the next one issued with a subject, or with critical subject alternative names",
     "下次签发时请填写使用者，或将使用者可选名称标为关键扩展"},
    {"Have the next one issued for an ECDSA key on P-256", "下次请为 P-256 曲线的 ECDSA 密钥签发"},
    {"Have it issued without must-staple, or switch stapling on in the TLS server",
     "请去掉 must-staple 重新签发，或在 TLS 服务器上启用 OCSP stapling"},
    {"Have the next one issued for at most 825 days, below a public root for at most 398",
     "下次签发的有效期不要超过 825 天；由公共根签发时不要超过 398 天"},
    {"Have the leaf issued for single names, or by another authority", "请改为逐个名称签发（不用通配符），或换一家 CA"},
    {"{} demands that the certificates below it share a policy with it, and they do not: Go, GnuTLS, Chromium and "
     "Android refuse them",
     "{} 要求其下级证书与它有共同的策略，但它们没有：Go、GnuTLS、Chromium 和 Android 会拒绝"},
    {"Have the leaf issued under the authority's policy (certificatePolicies)",
     "请在该 CA 的策略（certificatePolicies）下签发叶子证书"},

    // x509/completion.cpp
    {"{} follows an expired certificate and is not needed: the chain is valid without it",
     "{} 排在已过期的证书之后，没有它证书链同样有效"},
    {"{} expired at {}", "{} 已于 {} 过期"},
    {"Upload the chain that the issuer publishes now; an old cross-signed root may simply be left out",
     "请上传签发者现在公布的证书链；旧的交叉签名根证书直接去掉即可"},
    {"the certificate is self-signed", "该证书是自签名证书"},
    {"Only clients that were given it will accept it", "只有事先安装了它的客户端才会接受"},
    {"no path leads to a trusted root: the chain ends at a certificate issued by {}",
     "找不到通往受信任根证书的路径：证书链止于由 {} 签发的证书"},
    {"Upload the missing intermediates, or have the leaf issued by a trusted authority",
     "请补上缺少的中间证书，或由受信任的 CA 签发"},
    {"{} was issued by {}, which is not known here", "{} 由 {} 签发，而此处不认识该签发者"},
    {"If that is no root that the clients trust, upload the missing intermediates too",
     "如果它不是客户端信任的根，请补上缺少的中间证书"},
    {"it names no address where its issuer could be fetched", "证书中没有写明可下载签发者证书的地址"},
    {"its issuer was not asked for it: fetching is switched off", "没有向签发者获取：获取功能已关闭"},
    {"its issuer was not asked for it: {}", "没有向签发者获取：{}"},
    {"fetching it failed: {}", "获取失败：{}"},

    // x509/foreign_text.cpp
    {"a PKCS#7 bundle (.p7b)", "PKCS#7 证书包（.p7b）"},
    {"Take the certificates out, in the right order, for example: openssl pkcs7 -print_certs -in chain.p7b -out "
     "chain.pem (with -inform DER for a binary file)",
     "请按正确顺序取出证书，例如：openssl pkcs7 -print_certs -in chain.p7b -out chain.pem（二进制文件加 -inform DER）"},
    {"a PKCS#12 file (.pfx, .p12)", "PKCS#12 文件（.pfx、.p12）"},
    {"Take chain and key out, for example: openssl pkcs12 -in file.pfx -nodes -out all.pem",
     "请取出证书链与私钥，例如：openssl pkcs12 -in file.pfx -nodes -out all.pem"},
    {"DER and not PEM", "DER 而不是 PEM"},
    {"Convert the key, for example: openssl pkey -inform DER -in key.der -out key.pem",
     "请转换私钥，例如：openssl pkey -inform DER -in key.der -out key.pem"},
    {"Convert each certificate, for example: openssl x509 -inform DER -in cert.cer -out cert.pem",
     "请逐个转换证书，例如：openssl x509 -inform DER -in cert.cer -out cert.pem"},
    {"text in UTF-16, as PowerShell's > writes it", "UTF-16 文本（PowerShell 的 > 会写成这样）"},
    {"Save the file in UTF-8 or ASCII, for example: iconv -f UTF-16 -t UTF-8 file.pem",
     "请将文件存为 UTF-8 或 ASCII，例如：iconv -f UTF-16 -t UTF-8 file.pem"},
    {"base64 of a PEM", "再次经过 base64 编码的 PEM"},
    {"Decode it once, for example: base64 -d file.txt", "请解码一次，例如：base64 -d file.txt"},
    {"base64 without the BEGIN and END lines of PEM", "没有 PEM 的 BEGIN 与 END 行的 base64"},
    {"Add the lines that belong around it, such as -----BEGIN CERTIFICATE----- and -----END CERTIFICATE-----",
     "请在首尾补上应有的行，例如 -----BEGIN CERTIFICATE----- 和 -----END CERTIFICATE-----"},
    {"Upload the key file as it was made, with its BEGIN and END lines", "请上传原始的私钥文件，保留 BEGIN 与 END 行"},
    {"a certificate request (CSR)", "证书签名请求（CSR）"},
    {"Upload the certificate that the authority issued for it; the request stays with you",
     "请上传 CA 据此签发的证书；请求文件自己留存即可"},

    // x509/issuer_link.cpp, issuer_match.cpp
    {"{} names the key {} as its issuer's, and that certificate's key is {}: clients built on OpenSSL (curl, Node.js, "
     "nginx) do not find its issuer, and GnuTLS may not",
     "{} 写明签发者的密钥是 {}，而那张证书的密钥是 {}：基于 OpenSSL 的客户端（curl、Node.js、nginx）找不到其签发者，"
     "GnuTLS 也可能找不到"},
    {"{} names the serial number {} as its issuer's, and that certificate has {}: clients built on OpenSSL (curl, "
     "Node.js, nginx) do not find its issuer, and GnuTLS may not",
     "{} 写明签发者证书的序列号是 {}，而那张证书的序列号是 {}：基于 OpenSSL 的客户端（curl、Node.js、"
     "nginx）找不到其签发者，GnuTLS 也可能找不到"},
    {"{} names an issuer that was itself issued by another authority than that certificate was: clients built on "
     "OpenSSL (curl, Node.js, nginx) do not find its issuer, and GnuTLS may not",
     "{} 写明的签发者由另一家 CA 签发，与那张证书不同：基于 OpenSSL 的客户端（curl、Node.js、nginx）找不到其签发者，"
     "GnuTLS 也可能找不到"},
    {"Upload the issuer's certificate with that key identifier or serial number, or have the certificate issued again",
     "请上传具有该密钥标识或序列号的签发者证书，或重新签发该证书"},
    {"{} writes its issuer's name in other bytes than {} does: clients written in Go and Firefox do not find its "
     "issuer",
     "{} 中签发者名称的编码与 {} 自己的不同：用 Go 编写的客户端和 Firefox 找不到其签发者"},
    {"Have the certificate issued again, with the name as the authority's own certificate has it",
     "请重新签发，签发者名称的编码须与 CA 自己的证书一致"},

    // x509/issuer_rules.cpp
    {"{} issued another certificate though it is no certificate authority", "{} 不是 CA，却签发了另一张证书"},
    {"{} issued another certificate though its key usage does not allow that",
     "{} 的密钥用途不允许签发证书，却签发了另一张证书"},
    {"{} may not issue certificates for TLS servers: its extended key usage says so",
     "{} 的扩展密钥用途不允许签发 TLS 服务器证书"},
    {"{} has {}, which clients refuse", "{} 使用{}，客户端会拒绝"},
    {"{} is signed with {}, which clients refuse", "{} 以 {} 签名，客户端会拒绝"},
    {"{} allows {} intermediates below it, and there are {}", "{} 之下最多允许 {} 张中间证书，实际有 {} 张"},
    {"{} may not issue for the names of {} ({})", "{} 不得为 {} 的名称（{}）签发证书"},
    {"{} has critical extensions that are not understood: {}", "{} 含有无法识别的关键扩展：{}"},
    {"{} has extensions that are damaged or occur twice: {}", "{} 含有损坏或重复的扩展：{}"},
    {"Upload the chain that the issuer publishes for this leaf", "请上传签发者为该证书公布的证书链"},
    {"Have the leaf issued below RSA of 2048 to 8192 bits or ECDSA on P-256 to P-521",
     "请由使用 2048 至 8192 位 RSA 或 P-256 至 P-521 ECDSA 的 CA 签发叶子证书"},
    {"Use an intermediate that is signed with SHA-256", "请使用以 SHA-256 签名的中间证书"},
    {"Have the leaf issued by an authority that may issue for its names", "请由有权为这些名称签发的 CA 签发叶子证书"},

    // x509/judge.cpp
    {"a signature that the key makes does not verify with the certificate: one of its numbers is wrong, such as a "
     "prime "
     "that is not a prime",
     "用该私钥作出的签名无法用证书验证：私钥中有数值错误，例如某个“素数”不是素数"},
    {"The key is damaged: restore it, or make a new key and certificate",
     "私钥已损坏：请恢复，或重新生成私钥并签发证书"},
    {"the private key ({}) does not belong to the first certificate but to block {} ({})",
     "私钥（{}）与第一张证书不匹配，而与第 {} 块（{}）匹配"},
    {"the private key ({}) does not belong to the first certificate", "私钥（{}）与第一张证书不匹配"},
    {"Upload the key that this certificate was issued for", "请上传该证书对应的私钥"},
    {"Upload the certificate of block {} first with its own chain, or another key",
     "请将第 {} 块的证书放在最前并附上它自己的证书链，或换用另一把私钥"},
    {"{} is valid only from {}", "{} 自 {} 起才有效"},
    {"Bind the certificate once its issuers are valid", "请待签发者证书生效后再绑定"},
    {"the certificate is valid for {} days, more than 398: below a root that they ship with, Chromium, Android and "
     "clients of Apple (iOS, macOS) refuse it",
     "该证书有效期为 {} 天，超过 398 天：由内置根证书签发时，Chromium、Android 和 Apple 客户端（iOS、macOS）会拒绝"},
    {"Have the next one issued for at most 398 days", "下次签发的有效期不要超过 398 天"},
    {"the certificates take more work to judge than one upload may: too many share a name or a key, too many names "
     "meet "
     "too many name constraints, or there are too many policies and one is demanded",
     "检查这些证书的工作量超过了单次上传的上限：过多证书共用名称或密钥、过多名称遇上过多名称约束，或策略过多且要求其"
     "一"},
    {"Upload the leaf with the intermediates of its own chain only", "请只上传叶子证书及其所在链的中间证书"},

    // x509/key_generation.cpp
    {"making a private key failed", "生成私钥失败"},

    // x509/key_reading.cpp
    {"Upload the key file as it was made, whole and unchanged", "请上传原始、完整、未改动的私钥文件"},
    {"Use an RSA key of 2048 to 8192 bits or an ECDSA key on P-256, P-384 or P-521",
     "请使用 2048 至 8192 位的 RSA 密钥，或 P-256、P-384、P-521 曲线的 ECDSA 密钥"},
    {"the key spells out its curve's parameters instead of naming the curve", "私钥写出了曲线参数，而没有写曲线名称"},
    {"Make the key with a named curve, for example openssl ecparam -name prime256v1 -genkey",
     "请用命名曲线生成密钥，例如 openssl ecparam -name prime256v1 -genkey"},
    {"the public key in the block belongs to another private key", "该块中的公钥属于另一把私钥"},
    {"this is no RSA private key with two primes in DER", "这不是 DER 编码的双素数 RSA 私钥"},
    {"the RSA key has {} bits", "RSA 密钥为 {} 位"},
    {"Use {} bits or more, with a new certificate", "请使用 {} 位或更长的密钥，并重新签发证书"},
    {"Use at most {} bits, with a new certificate", "请使用不超过 {} 位的密钥，并重新签发证书"},
    {"the RSA key's public exponent is even, 1 or above 2^32", "RSA 公钥指数是偶数、等于 1 或大于 2^32"},
    {"Make a new key with the exponent 65537, and a new certificate", "请以指数 65537 重新生成密钥，并重新签发证书"},
    {"the numbers of the RSA key do not fit each other", "RSA 私钥中的各数值互不相符"},
    {"Make a new key with a current OpenSSL, and a new certificate", "请用新版 OpenSSL 重新生成密钥，并重新签发证书"},
    {"this is no elliptic-curve private key in DER", "这不是 DER 编码的椭圆曲线私钥"},
    {"the elliptic-curve key does not name its curve", "椭圆曲线密钥没有写明曲线"},
    {"the elliptic-curve key names two different curves", "椭圆曲线密钥写明了两条不同的曲线"},
    {"the key is on the curve {}", "密钥所在曲线为 {}"},
    {"the private number is outside the curve's range", "私钥数值超出曲线的范围"},
    {"the public point inside the key is not the one of its private number", "密钥中的公钥点与私钥数值不符"},
    {"this is no PKCS#8 private key in DER", "这不是 DER 编码的 PKCS#8 私钥"},
    {"the RSA key has parameters", "RSA 密钥带有参数"},
    {"the key is of the kind {}", "密钥类型为 {}"},

    // x509/leaf_rules.cpp
    {"the certificate is of version {}, which cannot name hosts", "证书版本为 {}，无法写明主机名"},
    {"the certificate of {} is a certificate authority's, not a server's", "{} 的证书是 CA 证书，不是服务器证书"},
    {"the certificate holds {}", "证书中的公钥是{}"},
    {"the certificate's key is {}", "证书的密钥是 {}"},
    {"the certificate names only addresses ({}), and domains are host names",
     "证书只写了 IP 地址（{}），而域名须为主机名"},
    {"the certificate has no DNS name among its subject alternative names; clients ignore the common name {}",
     "证书的使用者可选名称中没有 DNS 名称；客户端不看通用名称 {}"},
    {"the certificate has no DNS name among its subject alternative names", "证书的使用者可选名称中没有 DNS 名称"},
    {"these DNS names are malformed: {}", "以下 DNS 名称格式有误：{}"},
    {"these DNS names are addresses: {}. Nobody finds the server by them, and clients with Conscrypt (Android) refuse "
     "the certificate",
     "以下 DNS 名称其实是 IP 地址：{}。没有人能凭它们找到服务器，使用 Conscrypt 的客户端（Android）会拒绝该证书"},
    {"these wildcards cover too much: {}", "以下通配符范围过大：{}"},
    {"the certificate has more than {} DNS names or IP addresses among its subject alternative names",
     "证书的使用者可选名称中有超过 {} 个 DNS 名称或 IP 地址"},
    {"the validity ends ({}) before it begins ({})", "有效期的结束时间（{}）早于开始时间（{}）"},
    {"the certificate expired at {}", "证书已于 {} 过期"},
    {"the certificate is valid only from {}", "证书自 {} 起才有效"},
    {"the key usage does not allow digital signatures, which TLS servers make",
     "密钥用途不允许 TLS 服务器所需的数字签名"},
    {"the key usage allows key encipherment but no digital signatures: browsers refuse it with modern TLS",
     "密钥用途允许密钥加密而不允许数字签名：在新版 TLS 下浏览器会拒绝"},
    {"the extended key usage does not include TLS server authentication", "扩展密钥用途不含 TLS 服务器身份验证"},
    {"this is a precertificate for transparency logs, not the certificate: {}",
     "这是提交给证书透明度日志的预证书，不是正式证书：{}"},
    {"critical extensions are not understood: {}", "含有无法识别的关键扩展：{}"},
    {"extensions are damaged: {}", "扩展已损坏：{}"},
    {"extensions occur twice: {}", "扩展重复出现：{}"},
    {"the certificate is signed with {}, which clients refuse", "证书以 {} 签名，客户端会拒绝"},
    {"the certificate is signed with {}, which is not supported", "证书以 {} 签名，不受支持"},
    {"Upload the server's certificate first; a self-signed one needs basicConstraints CA:FALSE",
     "请将服务器证书放在最前；自签名证书须有 basicConstraints CA:FALSE"},
    {"Have a version 3 certificate issued", "请签发版本 3 的证书"},
    {"Have it issued for an RSA key of 2048 to 8192 bits or an ECDSA key on P-256, P-384 or P-521",
     "请为 2048 至 8192 位的 RSA 密钥或 P-256、P-384、P-521 曲线的 ECDSA 密钥签发"},
    {"Have it issued for an RSA key of 2048 bits or more", "请为 2048 位或更长的 RSA 密钥签发"},
    {"Have it issued for an RSA key of at most 8192 bits", "请为不超过 8192 位的 RSA 密钥签发"},
    {"Have it issued with the host names as DNS subject alternative names",
     "重新签发时请将主机名写入使用者可选名称（DNS 类型）"},
    {"Have it issued with plain host names (punycode for others; \"*\" only as the whole first label)",
     "重新签发时请使用普通主机名（其他文字用 punycode；“*”只能作为完整的首段）"},
    {"Have the next one issued with addresses as IP subject alternative names",
     "下次签发时请将地址写为 IP 类型的使用者可选名称"},
    {"Have it issued with wildcards below a registered domain, such as *.example.com",
     "重新签发时请将通配符用在已注册域名之下，例如 *.example.com"},
    {"Have several certificates issued, each for some of the names, or one with wildcards",
     "请拆分为多张证书签发，或使用一张带通配符的证书"},
    {"Have it issued again", "请重新签发"},
    {"Renew it and upload the renewed certificate", "请续期并上传新证书"},
    {"Bind it once it is valid", "请待证书生效后再绑定"},
    {"Have it issued with the key usage digitalSignature", "重新签发时请加入密钥用途 digitalSignature"},
    {"Have the next one issued with the key usage digitalSignature", "下次签发时请加入密钥用途 digitalSignature"},
    {"Have it issued with the extended key usage serverAuth", "重新签发时请加入扩展密钥用途 serverAuth"},
    {"Have it issued without, or upload the final certificate", "请去掉这些扩展重新签发，或上传正式证书"},
    {"Have it issued again, signed with SHA-256", "请以 SHA-256 签名重新签发"},
    {"Have it signed with RSA or ECDSA and SHA-256, SHA-384 or SHA-512",
     "请以 RSA 或 ECDSA 配合 SHA-256、SHA-384 或 SHA-512 签名"},

    // x509/path_end.cpp
    {"{} ends at {}, before the certificate does ({}): clients refuse the chain from then on",
     "{} 于 {} 到期，早于证书本身（{}）：此后客户端会拒绝整条证书链"},
    {"Renew the certificate before that, below an issuer that lasts", "请在此之前续期，由有效期足够长的签发者签发"},

    // x509/private_key.cpp, public_key.cpp
    {"[{}] private key: {}", "[{}] 私钥：{}"},
    {"an RSA key that cannot be read", "无法解析的 RSA 密钥"},
    {"an RSA key with an even modulus or an exponent that is even, 1 or above 2^32",
     "模数为偶数，或指数为偶数、等于 1 或大于 2^32 的 RSA 密钥"},
    {"an elliptic-curve key with explicit parameters", "写出曲线参数的椭圆曲线密钥"},
    {"an elliptic-curve key on {}", "曲线为 {} 的椭圆曲线密钥"},
    {"an elliptic-curve key whose point is compressed or damaged", "公钥点经过压缩或已损坏的椭圆曲线密钥"},
    {"a key of the kind {}", "类型为 {} 的密钥"},

    {"Get the bundle again from its authority", "请从 CA 重新获取该证书包"},

    // x509/root_set.cpp
    {"cannot read the root certificates in {}", "无法读取 {} 中的根证书"},
    {"no certificate in {}", "{} 中没有证书"},
    {"this machine has no bundle of root certificates; install the package ca-certificates",
     "本机没有根证书集；请安装 ca-certificates 软件包"},

    // x509/rsa_weakness.cpp
    {"the RSA key has the form of a library whose keys can be computed from the public one (ROCA, CVE-2017-15361)",
     "该 RSA 密钥出自可由公钥推算出私钥的程序库（ROCA，CVE-2017-15361）"},
    {"the two primes of the RSA key are so close that anybody can find them",
     "RSA 密钥的两个素数过于接近，任何人都能求出"},

    // x509/upload_reading.cpp
    {"the text has {} bytes, more than the {} allowed", "文本有 {} 字节，超过上限 {} 字节"},
    {"Upload one certificate chain and its key, nothing else", "请只上传一条证书链及其私钥"},
    {"the block has no line -----END {}-----", "该块没有 -----END {}----- 行"},
    {"Copy the whole block, from its BEGIN line to its END line", "请复制整块内容，从 BEGIN 行到 END 行"},
    {"the block ends with -----END {}----- and has no whole BEGIN line",
     "该块以 -----END {}----- 结尾，但没有完整的 BEGIN 行"},
    {"Copy the whole block, with all five dashes before and behind BEGIN {}",
     "请复制整块内容，BEGIN {} 前后的五个短横都不能少"},
    {"the text between the BEGIN and END lines is not base64", "BEGIN 与 END 行之间的文本不是 base64"},
    {"Copy the block again, unchanged", "请原样重新复制该块"},
    {"the block is OpenSSL's TRUSTED CERTIFICATE; what it says about trust is left out",
     "该块是 OpenSSL 的 TRUSTED CERTIFICATE；其中的信任设置已略去"},
    {"Nothing needs to be done; openssl x509 writes the plain form", "无需处理；openssl x509 可输出普通形式"},
    {"up to this one, the certificates are made of more values (names, policies, constraints and so on) than one "
     "upload "
     "may have",
     "截至这一张，各证书所含的值（名称、策略、约束等）已超过单次上传的上限"},
    {"Have certificates issued that name less", "请签发内容更少的证书"},
    {"Copy the certificate again from where it was issued", "请从签发处重新复制该证书"},
    {"there is a private key among the certificates", "证书中混有私钥"},
    {"Send the private key in its own member only", "私钥只能放在它自己的字段中"},
    {"this is {}", "这是{}"},
    {"there is a block {} among the certificates", "证书中混有 {} 块"},
    {"Leave only CERTIFICATE blocks, the leaf first", "请只保留 CERTIFICATE 块，叶子证书在最前"},
    {"the text is empty", "文本为空"},
    {"there is no {} block in the text", "文本中没有 {} 块"},
    {"the text is {}", "文本是{}"},
    {"the text holds a private key and no certificate", "文本中只有私钥，没有证书"},
    {"Upload the chain as PEM, the leaf first, and send the private key in its own member only",
     "请上传 PEM 格式的证书链，叶子证书在最前；私钥只能放在它自己的字段中"},
    {"Upload the chain as PEM, the leaf first: -----BEGIN CERTIFICATE----- and so on",
     "请上传 PEM 格式的证书链，叶子证书在最前：以 -----BEGIN CERTIFICATE----- 开头"},
    {"there are more than {} certificates", "证书超过 {} 张"},
    {"the private key is protected with a password", "私钥有密码保护"},
    {"Remove the password first, for example: openssl pkey -in key.pem -out plain.pem",
     "请先去除密码，例如：openssl pkey -in key.pem -out plain.pem"},
    {"a key in a block of the kind {} is not supported", "不支持 {} 类型块中的密钥"},
    {"Convert it to PKCS#8 (-----BEGIN PRIVATE KEY-----); RSA and ECDSA keys are accepted",
     "请转换为 PKCS#8（-----BEGIN PRIVATE KEY-----）；接受 RSA 与 ECDSA 密钥"},
    {"the text holds a certificate and no private key", "文本中只有证书，没有私钥"},
    {"Upload the leaf's private key as PEM, without a password", "请上传 PEM 格式的叶子证书私钥，不带密码"},
    {"there is more than one private key", "有多把私钥"},
    {"Upload only the key that belongs to the leaf", "请只上传叶子证书对应的私钥"},
    {"there is a certificate in the text of the private key", "私钥文本中混有证书"},
    {"Send certificates in their own member only", "证书只能放在它自己的字段中"},
    {"this is {} and no private key", "这是{}，不是私钥"},
    {"a block of the kind {} is no private key", "{} 类型的块不是私钥"},
    {"Leave only the PRIVATE KEY block: the leaf's private key, without a password",
     "请只保留 PRIVATE KEY 块：叶子证书的私钥，不带密码"},
    {"the certificates are in the private key's member, and the private key is in theirs",
     "证书与私钥放反了：证书在私钥字段中，私钥在证书字段中"},
    {"Exchange the two texts", "请对调两段文本"},

    // service/edge_advice.cpp
    {"the chain and its key make {} bytes as a command for the HAProxy edge {}, which takes {}. Unless tune.bufsize is "
     "larger there, HAProxy takes at most {} at once",
     "证书链与私钥作为命令发给 HAProxy 接入节点 {1} 时共 {0} 字节，而该节点接收域名 {2}。若其 tune.bufsize 未调大，"
     "HAProxy 一次最多接收 {3} 字节"},
    {"Set tune.bufsize to at least {} in HAProxy's section global, or use a certificate with fewer names or a smaller "
     "key",
     "请在 HAProxy 的 global 段将 tune.bufsize 设为至少 {}，或使用名称更少、密钥更短的证书"},
};

}  // namespace

std::span<const Row> findings() {
  return kFindings;
}

}  // namespace livecert::translation
