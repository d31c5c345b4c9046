"""Between notice and deadline: questions, answers to all, changed documents, and deadlines moved for everybody."""
