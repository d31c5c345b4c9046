"""To and from another tendering tool: criteria, requirements, questions, price sheets and points, as JSON, XLSX and ESPD."""
