#include "translation/translate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "translation/tables.h"

namespace livecert::translation {
namespace {

using base::Language;
using testing::HasSubstr;
using testing::Not;

std::string chinese(std::string_view text) {
  return translated(text, Language::kChinese);
}

TEST(Translation, EnglishIsTheTextItself) {
  EXPECT_EQ(translated("the certificate expired at 2026-01-01T00:00:00Z", Language::kEnglish),
            "the certificate expired at 2026-01-01T00:00:00Z");
}

TEST(Translation, ASentenceHasItsPartsInTheChineseOne) {
  EXPECT_EQ(chinese("the certificate expired at 2026-01-01T00:00:00Z"), "证书已于 2026-01-01T00:00:00Z 过期");
  EXPECT_EQ(chinese("MaxTLSVersion TLSv1.1 is below MinTLSVersion TLSv1.2 (by default TLSv1.2)"),
            "MaxTLSVersion TLSv1.1 低于 MinTLSVersion TLSv1.2（默认为 TLSv1.2）");
}

TEST(Translation, ChineseMayNameThePartsInAnotherOrder) {
  EXPECT_EQ(chinese("no domain was bound, because of 2 of 5. a.example.net: Domain a.example.net is there twice"),
            "5 个域名中有 2 个不能绑定，因此都没有绑定。a.example.net：域名 a.example.net 出现了两次");
}

TEST(Translation, APartThatIsASentenceItselfIsTranslatedToo) {
  EXPECT_EQ(chinese("it cannot be withdrawn: /srv/edge cannot be opened: No such file or directory; create it and give "
                    "it to the user that runs livecert"),
            "无法撤回：无法打开 /srv/edge：没有那个文件或目录；请创建它，并交给运行 livecert 的用户");
}

TEST(Translation, AFindingKeepsItsIdAndHasPlaceFaultAndRemedyInChinese) {
  EXPECT_EQ(chinese("[leaf-expired] certificate block 1: the certificate expired at 2026-01-01T00:00:00Z. Renew it and "
                    "upload the renewed certificate."),
            "[leaf-expired] 证书第 1 块：证书已于 2026-01-01T00:00:00Z 过期。请续期并上传新证书。");
  EXPECT_EQ(
      chinese("[private-key-missing] private key: the text is empty. Upload the leaf's private key as PEM, without "
              "a password.\n[certificates-missing] certificates: there is no CERTIFICATE block in the text. Upload "
              "the chain as PEM, the leaf first: -----BEGIN CERTIFICATE----- and so on."),
      "[private-key-missing] 私钥：文本为空。请上传 PEM 格式的叶子证书私钥，不带密码。\n"
      "[certificates-missing] 证书：文本中没有 CERTIFICATE 块。请上传 PEM 格式的证书链，叶子证书在最前：以 "
      "-----BEGIN CERTIFICATE----- 开头。");
}

TEST(Translation, AFullStopInsideASentenceIsNotItsEnd) {
  const std::string told = chinese(
      "[leaf-dns-name-is-address] certificate block 1: these DNS names are addresses: \"192.0.2.1\". Nobody finds the "
      "server by them, and clients with Conscrypt (Android) refuse the certificate. Have the next one issued with "
      "addresses as IP subject alternative names.");
  EXPECT_THAT(told, HasSubstr("以下 DNS 名称其实是 IP 地址：\"192.0.2.1\"。没有人能凭它们找到服务器"));
  EXPECT_THAT(told, HasSubstr("。下次签发时请将地址写为 IP 类型的使用者可选名称。"));
}

TEST(Translation, TheVendorsSentencesStayAndOursBesideThemDoNot) {
  EXPECT_EQ(chinese("Request parameter error, please check input data: ChainID is required; Domain must be a string"),
            "Request parameter error, please check input data：ChainID 为必填项；Domain 必须是字符串");
  EXPECT_EQ(chinese("Request was rejected because the request speed of this openAPI is beyond the current flow control "
                    "limit. Try again in 3 s."),
            "Request was rejected because the request speed of this openAPI is beyond the current flow control limit. "
            "请在 3 秒后重试。");
  EXPECT_EQ(find_chinese("The request is missing Action parameter."), std::nullopt);
}

TEST(Translation, WordsOfOthersStayAsTheyAre) {
  EXPECT_EQ(find_chinese("no start line"), std::nullopt);
  EXPECT_EQ(find_chinese(""), std::nullopt);
  EXPECT_EQ(chinese("HAProxy refuses the certificate /srv/a.pem: Can't update it, unable to load"),
            "HAProxy 拒绝证书 /srv/a.pem：Can't update it, unable to load");
}

TEST(Translation, WhatIsAlreadyChineseStays) {
  const std::string text = "没有凭证：可用 livecert login 保存";
  EXPECT_EQ(chinese(text), text);
}

// Somebody's names are parts of sentences, so a text may be made to need much work.
TEST(Translation, AHostileTextNeedsBoundedWorkAndIsNotLost) {
  std::string text = "the body has the member ";
  while (text.size() < 60'000) text += "a: b; c. D is required; ";
  text += " twice in one object";
  EXPECT_TRUE(chinese(text).starts_with("请求体的同一对象中成员 a: b"));
  const std::string too_long = std::string(70'000, 'a') + " is required";
  EXPECT_EQ(find_chinese(too_long), std::nullopt);
}

// A row of the table whose own sentence finds another row could never be shown.
TEST(Translation, EveryRowIsFoundByItsOwnSentence) {
  for (const auto& table : {findings(), files(), edges(), requests(), commands(), system_errors()}) {
    for (const Row& row : table) {
      std::string english(row.english);
      std::string expected(row.chinese);
      for (int part = 0; english.find("{}") != std::string::npos; ++part) {
        const std::string word = "Q" + std::to_string(part) + "Q";
        english.replace(english.find("{}"), 2, word);
        const std::string numbered = "{" + std::to_string(part) + "}";
        const bool is_numbered = expected.find(numbered) != std::string::npos;
        const std::size_t at = is_numbered ? expected.find(numbered) : expected.find("{}");
        if (at == std::string::npos) continue;
        // An unnumbered hole before is of an earlier part.
        expected.replace(at, is_numbered ? numbered.size() : 2, word);
      }
      EXPECT_EQ(chinese(english), expected) << english;
    }
  }
}

TEST(Translation, TheReadersLanguageIsTheOneThatIsPreferred) {
  EXPECT_EQ(language_of(""), Language::kEnglish);
  EXPECT_EQ(language_of("zh"), Language::kChinese);
  EXPECT_EQ(language_of("zh-CN,zh;q=0.9,en;q=0.8"), Language::kChinese);
  EXPECT_EQ(language_of("ZH-hant-TW"), Language::kChinese);
  EXPECT_EQ(language_of("en-US,en;q=0.9,zh-CN;q=0.8"), Language::kEnglish);
  EXPECT_EQ(language_of("en;q=0.5, zh;q=0.7"), Language::kChinese);
  EXPECT_EQ(language_of("de, zh;q=0.3"), Language::kChinese);
  EXPECT_EQ(language_of("zh;q=0"), Language::kEnglish);
  EXPECT_EQ(language_of("zhuang"), Language::kEnglish);
  EXPECT_EQ(language_of("de-DE,*;q=0.5"), Language::kEnglish);
  EXPECT_EQ(language_of(";;,=,q"), Language::kEnglish);
}

}  // namespace
}  // namespace livecert::translation
