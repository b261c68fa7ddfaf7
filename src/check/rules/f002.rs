rule! {
    F002 "password-protected", Error fixed, File(check);
    title: "工作簿设置了打开密码",
    what: "工作簿是否加了打开密码。只限制修改的工作表保护不在此列，可以正常读取。",
    why: "加密的文件读不出任何数据；密码另行告知也不便留存和复核。",
    example: "用WPS“文档加密”保存的报送表，打开时要求输入密码。",
    fix: "打开文件，在“文件—信息—保护工作簿”（WPS为“文档加密”）中取消打开密码，保存后重新报送。",
}

fn check(cx: &FileCx) -> Option<Finding> {
    let FileFault::Encrypted = cx.fault()? else {
        return None;
    };
    Some(cx.finding(
        &RULE,
        "工作簿设置了打开密码，无法读取。",
        "请取消打开密码并保存，重新报送。",
    ))
}
