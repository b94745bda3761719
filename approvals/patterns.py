"""Ready-made forms to begin with: each is copied once and belongs to whoever took it."""

from typing import Any

from approvals.starters import STARTERS, manager, role, words

LEAVE: dict[str, Any] = {
    "schema": "approval/1",
    "key": "leave",
    "category": "people",
    "title": words("Leave", "请假"),
    "form": {
        "fields": [
            {"id": "first", "type": "date", "required": True, "title": words("First day", "开始日期")},
            {"id": "last", "type": "date", "required": True, "title": words("Last day", "结束日期")},
            {"id": "days", "type": "decimal", "required": True, "title": words("Working days", "工作日天数")},
            {"id": "reason", "type": "text", "lines": True, "title": words("Reason", "事由")},
        ],
        "checks": [{"if": {"le": ["$first", "$last"]}, "msg": words("It ends after it begins", "结束不早于开始")}],
    },
    "flow": [
        manager(),
        {"id": "long", "type": "branch", "title": words("Five days and more", "五天及以上"),
         "cases": [{"if": {"ge": ["$days", "5"]}, "flow": [
             {"id": "head", "type": "approve", "title": words("Head of department", "部门负责人"),
              "who": [{"dept_head": {}}], "mode": {"kind": "any"}}]}],
         "default": []},
    ],
    "numbering": {"pattern": "LV-{yyyy}{mm}-{seq:4}", "reset": "month"},
}  # fmt: skip

CONTRACT: dict[str, Any] = {
    "schema": "approval/1",
    "key": "contract",
    "category": "contracts",
    "title": words("Contract", "合同会签"),
    "parties": [
        {"id": "ours", "bind": "initiator", "title": words("We", "我方")},
        {"id": "partner", "bind": "counterparty", "required": True, "title": words("Partner", "伙伴")},
    ],
    "form": {
        "fields": [
            {"id": "subject", "type": "text", "required": True, "title": words("What it is about", "合同标的")},
            {"id": "amount", "type": "money", "required": True, "material": True, "currency": "CNY",
             "title": words("Amount", "金额")},
            {"id": "until", "type": "date", "title": words("In force until", "有效期至")},
            {"id": "terms", "type": "text", "required": True, "lines": True, "material": True,
             "title": words("Terms", "主要条款")},
            {"id": "risk", "type": "text", "lines": True, "vis": {"partner": "hidden"},
             "title": words("Risk, as we see it", "内部风险评估"),
             "help": words("Only your organization sees this.", "仅本组织可见。")},
        ]
    },
    "flow": [
        manager(),
        {"id": "large", "type": "branch", "title": words("From 100,000", "十万及以上"),
         "cases": [{"if": {"ge": ["$amount", "100000"]}, "flow": [role("finance", "Finance", "财务", "any")]}],
         "default": []},
        {"id": "both", "type": "confirm", "title": words("Both confirm", "双方共同确认"),
         "parties": ["ours", "partner"], "on_reject": "return_initiator"},
    ],
    "policy": {"dedupe": "none"},
    "numbering": {"pattern": "CT-{yyyy}-{seq:4}", "reset": "year"},
}  # fmt: skip

ENGINEERING_CHANGE: dict[str, Any] = {
    "schema": "approval/1",
    "key": "engineering.change",
    "category": "quality",
    "title": words("Engineering change", "工程变更"),
    "parties": [
        {"id": "ours", "bind": "initiator", "title": words("We", "我方")},
        {"id": "supplier", "bind": "field:supplier", "required": False, "title": words("Supplier", "供应商")},
    ],
    "form": {
        "fields": [
            {"id": "supplier", "type": "org", "title": words("Supplier concerned", "涉及的供应商")},
            {"id": "part", "type": "text", "required": True, "material": True, "title": words("Part", "零件")},
            {"id": "change", "type": "text", "required": True, "lines": True, "material": True,
             "title": words("What changes", "变更内容")},
            {"id": "effective", "type": "date", "title": words("In force from", "生效日期")},
        ]
    },
    "flow": [
        {"id": "views", "type": "parallel", "title": words("Side by side", "并行评审"), "join": "all", "branches": [
            {"title": words("Quality", "质量"), "flow": [role("quality", "Quality", "质量", "any")]},
            {"title": words("Manager", "上级"), "flow": [manager()]},
        ]},
        {"id": "supplier_agrees", "type": "party", "party": "supplier",
         "title": words("Supplier agrees", "供应商确认"), "expose": ["part", "change", "effective"],
         "write": ["effective"], "on_reject": "return_initiator"},
    ],
    "policy": {"dedupe": "none"},
    "numbering": {"pattern": "ECR-{yyyy}-{seq:4}", "reset": "year"},
}  # fmt: skip

PATTERNS = {body["key"]: body for body in (*STARTERS, LEAVE, CONTRACT, ENGINEERING_CHANGE)}
