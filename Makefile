# 两条命令：make serve 起服务，make test 跑全部检查。首次运行会自动建 .venv 并安装依赖。

PYTHON ?= python3
PORT ?= 8000
# 可选：另一个软件包索引，用来取 PyTorch 的 CPU 版（默认的 torch 会带上 CUDA）。
EXTRA_INDEX ?=
# 外部检索数据集（BEIR 形式的文件夹），有哪些就测哪些。
COLLECTIONS ?= $(wildcard build/retrieval/*)
RESULTS := build/evals
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PIP_FLAGS := --quiet --disable-pip-version-check $(if $(EXTRA_INDEX),--extra-index-url $(EXTRA_INDEX))

.DEFAULT_GOAL := help
.PHONY: help install serve build test lint types unit evals bench lock clean

help: ## 列出全部命令
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

install: $(INSTALLED) ## 建 .venv 并按 constraints.txt 安装

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install $(PIP_FLAGS) -c constraints.txt -e '.[dev,llm,postgres]'
	@touch $@

serve: $(INSTALLED) ## 建好索引（若没有）并在 127.0.0.1:8000 提供服务，PORT= 可改端口
	$(BIN)/policy-assistant serve --port $(PORT)

build: $(INSTALLED) ## 重建索引快照
	$(BIN)/policy-assistant ingest

test: lint types unit ## 跑持续集成所跑的一切：风格、类型、测试

lint: $(INSTALLED) ## 代码风格
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(INSTALLED) ## 类型检查
	$(BIN)/mypy

unit: $(INSTALLED) ## 测试，分两半同时跑
	@$(BIN)/python -m pytest tests/assistant tests/corpus & half=$$!; \
	$(BIN)/python -m pytest --ignore=tests/assistant --ignore=tests/corpus; rest=$$?; \
	wait $$half && exit $$rest

evals: $(INSTALLED) ## 跑全部评测，结果和报告写到 build/evals；COLLECTIONS= 外部数据集的文件夹
	mkdir -p $(RESULTS)
	failed=0; \
	run() { $(BIN)/python -m evals "$$@" || failed=1; }; \
	run clauses --json $(RESULTS)/clauses.json; \
	run retrieval --own --json $(RESULTS)/retrieval-own.json; \
	for folder in $(COLLECTIONS); do \
		run retrieval --beir $$folder --json $(RESULTS)/retrieval-$$(basename $$folder).json; \
	done; \
	run examples --half all --json $(RESULTS)/examples.json; \
	run attacks --json $(RESULTS)/attacks.json; \
	run metamorphic --json $(RESULTS)/metamorphic.json; \
	run bench --json $(RESULTS)/bench.json; \
	run report; \
	exit $$failed

bench: $(INSTALLED) ## 测速度与内存
	$(BIN)/python -m evals bench

lock: $(INSTALLED) ## 依据当前 .venv 重写 constraints.txt
	$(BIN)/python -m pip freeze --exclude-editable | grep -v ' @ ' | sed 's/+cpu//' > constraints.txt

clean: ## 删掉 .venv、索引和缓存
	rm -rf $(VENV) data .mypy_cache .ruff_cache .pytest_cache .hypothesis
