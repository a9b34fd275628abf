"""The pages: what people see in a browser. Each view asks one use case and hands the answer to a template of `api.web`."""
