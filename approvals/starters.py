"""What every organization can begin with: three definitions, in both languages."""

from typing import Any


def words(en: str, zh: str) -> dict[str, str]:
    return {"en": en, "zh-hans": zh}


def manager() -> dict[str, Any]:
    return {
        "id": "manager",
        "type": "approve",
        "title": words("Manager", "直属上级"),
        "who": [{"manager_chain": {"from": 1, "to": 1}}],
        "mode": {"kind": "any"},
    }


def role(key: str, en: str, zh: str, mode: str) -> dict[str, Any]:
    return {
        "id": key,
        "type": "approve",
        "title": words(en, zh),
        "who": [{"role": {"key": key}}],
        "mode": {"kind": mode},
    }


PURCHASE_CHANGE: dict[str, Any] = {
    "schema": "approval/1",
    "key": "purchase.change",
    "category": "purchasing",
    "title": words("Purchase change", "采购变更"),
    "parties": [
        {"id": "buyer", "bind": "initiator", "title": words("Buyer", "采购方")},
        {"id": "supplier", "bind": "field:supplier", "required": True, "title": words("Supplier", "供应商")},
    ],
    "form": {
        "fields": [
            {"id": "supplier", "type": "org", "required": True, "title": words("Supplier", "供应商")},
            {"id": "amount", "type": "money", "required": True, "material": True, "currency": "CNY",
             "title": words("New amount", "变更后金额")},
            {"id": "quantity", "type": "int", "title": words("Quantity", "数量")},
            {"id": "delivery", "type": "date", "title": words("Delivery", "交货日期")},
            {"id": "reason", "type": "text", "required": True, "lines": True, "title": words("Reason", "变更原因")},
            {"id": "target_cost", "type": "money", "currency": "CNY", "vis": {"supplier": "hidden"},
             "title": words("Target cost", "目标成本"),
             "help": words("Only your organization sees this.", "仅本组织可见。")},
        ]
    },
    "flow": [
        manager(),
        role("finance", "Finance", "财务", "any"),
        {"id": "supplier_agrees", "type": "party", "party": "supplier",
         "title": words("Supplier agrees", "供应商确认"),
         "on_reject": "terminate"},
    ],
    # The same person may stand on two steps, each of which is meant: as manager and for finance.
    "policy": {"dedupe": "none"},
    "numbering": {"pattern": "POC-{yyyy}{mm}-{seq:5}", "reset": "month"},
}  # fmt: skip

EXPENSE: dict[str, Any] = {
    "schema": "approval/1",
    "key": "expense",
    "category": "finance",
    "title": words("Expense", "费用报销"),
    "form": {
        "fields": [
            {"id": "amount", "type": "money", "required": True, "currency": "CNY", "title": words("Amount", "金额")},
            {"id": "category", "type": "select", "required": True, "title": words("Category", "类别"),
             "options": [
                 {"value": "travel", "title": words("Travel", "差旅")},
                 {"value": "meals", "title": words("Meals", "餐饮")},
                 {"value": "materials", "title": words("Materials", "材料")},
                 {"value": "other", "title": words("Other", "其他")},
             ]},
            {"id": "spent_on", "type": "date", "required": True, "title": words("Spent on", "发生日期")},
            {"id": "purpose", "type": "text", "required": True, "lines": True, "title": words("Purpose", "用途")},
            {"id": "items", "type": "table", "title": words("Items", "明细"), "columns": [
                {"id": "day", "type": "date", "title": words("Day", "日期")},
                {"id": "what", "type": "text", "required": True, "title": words("What for", "事项")},
                {"id": "count", "type": "int", "required": True, "title": words("Count", "数量")},
                {"id": "price", "type": "money", "required": True, "currency": "CNY", "title": words("Price", "单价")},
                {"id": "sum", "type": "formula", "currency": "CNY", "title": words("Sum", "小计"),
                 "formula": {"mul": ["$row.count", "$row.price"]}},
            ]},
            {"id": "items_total", "type": "formula", "currency": "CNY", "title": words("Items together", "明细合计"),
             "formula": {"sum": "$items.sum"}},
            {"id": "receipts", "type": "file", "title": words("Receipts", "票据")},
            {"id": "has_receipt", "type": "bool", "title": words("The receipt is at hand", "已有票据")},
        ]
    },
    "flow": [manager(), role("finance", "Finance", "财务", "any")],
    "policy": {"dedupe": "none"},
    "numbering": {"pattern": "EX-{yyyy}{mm}-{seq:4}", "reset": "month"},
}  # fmt: skip

DOCUMENT_RELEASE: dict[str, Any] = {
    "schema": "approval/1",
    "key": "document.release",
    "category": "quality",
    "title": words("Document release", "文件发布"),
    "parties": [
        {"id": "author", "bind": "initiator", "title": words("Author", "编制方")},
        {"id": "partner", "bind": "counterparty", "required": False, "title": words("Partner who agrees", "会签方")},
    ],
    "form": {
        "fields": [
            {"id": "document", "type": "text", "required": True, "title": words("Document", "文件名称")},
            {"id": "revision", "type": "text", "required": True, "title": words("Revision", "版本")},
            {"id": "effective", "type": "date", "title": words("In force from", "生效日期")},
            {"id": "summary", "type": "text", "required": True, "lines": True,
             "title": words("What is new", "变更说明")},
            {"id": "risk", "type": "text", "lines": True, "vis": {"partner": "hidden"},
             "title": words("Risk, as we see it", "内部风险评估"),
             "help": words("Only your organization sees this.", "仅本组织可见。")},
        ]
    },
    "flow": [
        role("quality", "Quality", "质量", "all"),
        {"id": "partner_agrees", "type": "party", "party": "partner", "title": words("Partner agrees", "伙伴会签"),
         "on_reject": "terminate"},
    ],
    "numbering": {"pattern": "DR-{yyyy}{mm}-{seq:4}", "reset": "month"},
}  # fmt: skip

STARTERS = (PURCHASE_CHANGE, EXPENSE, DOCUMENT_RELEASE)
