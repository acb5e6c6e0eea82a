/** Passwords of ten characters or more that guessing begins with. Compared in lower case, without separators. */
export const commonPasswords: ReadonlySet<string> = new Set(
  `0123456789 01012345678 1029384756 1111111111 11111111111 111111111111 1122334455 112233445566 1212121212 1234512345
  12345678900 1234567890 12345678910 123456789a 123456789q 1234567891 123456789abc 1234567890a 1234567890q 1234567899
  123123123123 123321123321 1234554321 12344321abcd 1313131313 1357924680 147258369a 1472583690 159357159357 1password1
  1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 1qazxsw23edc 1234qwerasdf 123qweasdzxc 2222222222 3333333333 4444444444
  5555555555 6666666666 7777777777 8888888888 9999999999 0000000000 9876543210 0987654321 a123456789 aa123456789
  aaaaaaaaaa abc123456789 abcd123456 abcd1234567 abcdefghij abcdef123456 admin12345 admin123456 administrator
  adminadmin asdf123456 asdf1234567 asdfasdfasdf asdfghjkl1 asdfghjkl123 basketball baseball123 butterfly1 charlotte1
  chocolate1 computer123 dkssudgktpdy dkssud1234 elizabeth1 football123 gkstkfkd12 helloworld iloveyou12 iloveyou123
  jonathan123 jordan23jordan kingbus123 kingbus1234 kingbus12345 korea12345 letmein123 letmein1234 liverpool1
  manchester marlboro123 master1234 michael123 monkey1234 mypassword newpassword passw0rd12 passw0rd123 password00
  password01 password10 password11 password12 password123 password1234 password12345 password2024 password2025
  password2026 passwordpassword pokemon123 princess12 princess123 q1w2e3r4t5 q1w2e3r4t5y6 qazwsxedcrfv qwe123qwe123
  qwer12345678 qwer123456 qwerasdfzxcv qwerqwerqwer qwert12345 qwerty12345 qwerty123456 qwerty1234 qwertyuiop
  qwertyuiop1 qwertyuiop123 rlaclrkqt1 sarang1004 sarang1234 secret1234 starwars12 summer2025 summer2026 sunshine12
  sunshine123 superman12 superman123 test123456 testtest123 trustno1trustno1 tmddn12345 welcome123 welcome1234
  whatever123 winter2025 winter2026 wjdqhrhks1 zaq12wsxcde3 zaq1zaq1zaq1 zxcvbnm123 zxcvbnm1234 zxcvbnmasdf`
    .split(/\s+/u)
    .filter((each) => each !== ''),
);
