using AgentRuntime.Json;
using AgentRuntime.Names;
using AgentRuntime.Workflows.Templates;

namespace AgentRuntime.Workflows.Expressions;

/// <summary>
/// Reads an expression word by word, without evaluating it: which roots and steps it names, which functions it calls, how deep it nests and how
/// often it can multiply its input. Not thread-safe.
/// </summary>
/// <remarks>
/// A name stands for a root only where the current node is still the whole context: not behind a dot or a pipe, not in a filter, not in an
/// expression that a function applies to each item.
/// </remarks>
internal sealed class ExpressionScan
{
    public const int MaxDepth = 32;
    public const long MaxGrowth = 4096;

    private static readonly string[] Roots = ["input", "steps", "run", "item", "index", "body"];

    private readonly List<ExpressionToken> _tokens;
    private readonly string _pointer;
    private readonly Stack<Frame> _frames = new();
    private Frame _frame = new(string.Empty, root: true);

    private ExpressionScan(string text, string pointer)
    {
        _tokens = ExpressionTokens.Split(text);
        _pointer = pointer;
    }

    public List<TemplateProblem> Problems { get; } = [];

    public List<TemplateReference> References { get; } = [];

    /// <summary>Whether it looks at the context as a whole, so that all of it must be there.</summary>
    public bool UsesWhole { get; private set; }

    /// <summary>An upper bound of how many times larger than the context a result can be.</summary>
    public long Growth { get; private set; } = 1;

    public static ExpressionScan Read(string text, string pointer)
    {
        var scan = new ExpressionScan(text, pointer);
        scan.Run();
        return scan;
    }

    private void Run()
    {
        for (var i = 0; i < _tokens.Count; i++)
        {
            var token = _tokens[i];
            if (token.Kind == ExpressionTokenKind.Sign)
            {
                TakeSign(token, i);
            }
            else if (token.IsName)
            {
                TakeName(token, i);
            }
            else if (token.Kind == ExpressionTokenKind.Literal && HoldsTime(token.Text))
            {
                Report(token, ProblemCodes.ExpressionSyntax, "A time stands in backticks, where it would not stay a string.", "Write it in single quotes.");
            }

            if (_frames.Count > MaxDepth)
            {
                Report(token, ProblemCodes.ExpressionTooComplex, $"The expression is nested deeper than {MaxDepth} levels.", "Split it into several transform steps.");
                return;
            }
        }

        while (_frames.Count > 0)
        {
            Close();
        }

        Growth = _frame.Growth;
        if (Growth > MaxGrowth)
        {
            Problems.Add(new TemplateProblem(_pointer, 0, ProblemCodes.ExpressionTooComplex, "The expression can multiply its input too often.", "Split it into several transform steps."));
        }
    }

    private ExpressionToken At(int i) => i >= 0 && i < _tokens.Count ? _tokens[i] : default;

    private static bool EndsOperand(ExpressionToken token) =>
        token.IsName || token.Kind == ExpressionTokenKind.Literal || token.Is("]") || token.Is(")") || token.Is("}") || token.Is("@");

    private void TakeSign(ExpressionToken token, int i)
    {
        switch (token.Text)
        {
            case "(":
                Open("(", _frame.Root && !(At(i - 1).Kind == ExpressionTokenKind.Name && At(i - 2).Is(".")));
                break;
            case "[?":
                Open("[?", root: false);
                break;
            case "[" or "{":
                var continues = EndsOperand(At(i - 1)) || At(i - 1).Is("*") || At(i - 1).Is(".");
                var selects = token.Text == "{" || !(At(i + 1) is { Kind: ExpressionTokenKind.Number } || At(i + 1) is var next && (next.Is("*") || next.Is("]") || next.Is(":") || next.Is("-")));
                Open(selects ? token.Text : "[0", _frame.Root && !continues);
                break;
            case ")" or "]" or "}":
                if (_frames.Count > 0)
                {
                    Close();
                }

                break;
            case ",":
                _frame.Next();
                break;
            case "|" or "&":
                _frame.Root = false;
                break;
            case "$":
                Report(token, ProblemCodes.ExpressionSyntax, "Variables and '$' are not offered.", "Begin with input, steps, run, item, index or body.");
                break;
            case "*" when EndsOperand(At(i - 1)) && !At(i + 1).Is("(") && At(i + 1).Kind != ExpressionTokenKind.Literal:
                Report(token, ProblemCodes.ExpressionSyntax, "The right side of a multiplication has no parentheses, and would be read as a wildcard.", "Write a * (b.c).");
                break;
            case "@" or "*" when _frame.Root && !At(i - 1).Is(".") && !EndsOperand(At(i - 1)) && _frame.Opener != "[0":
                UsesWhole |= !At(i + 1).Is(".");
                break;
        }
    }

    private void TakeName(ExpressionToken token, int i)
    {
        if (token.Kind == ExpressionTokenKind.Name && At(i + 1).Is("("))
        {
            _frame.Multiply(token.Text == "to_string" ? 2 : 1);
            if (!ExpressionFunctions.Names.Contains(token.Text))
            {
                Report(token, ProblemCodes.UnknownFunction, $"There is no function {PrintableName.Quote(token.Text, "of this name")}.", DidYouMean.Hint(token.Text, ExpressionFunctions.Names, "See the list of functions in docs/workflow-format.md."));
            }

            return;
        }

        var isKey = _frame.Opener == "{" && At(i + 1).Is(":") && (At(i - 1).Is("{") || At(i - 1).Is(","));
        if (isKey || At(i - 1).Is(".") || !_frame.Root)
        {
            // "@.x" at the root is the same as "x".
            if (!(At(i - 1).Is(".") && At(i - 2).Is("@") && !At(i - 3).Is(".") && _frame.Root))
            {
                return;
            }
        }

        TakeRoot(token, i);
    }

    private void TakeRoot(ExpressionToken token, int i)
    {
        var next = At(i + 1).Is(".") ? At(i + 2) : default;
        switch (token.Text)
        {
            case "input":
                Add(TemplateRoot.Input, null, token);
                break;
            case "item":
                Add(TemplateRoot.Item, null, token);
                break;
            case "index":
                Add(TemplateRoot.Index, null, token);
                break;
            case "run":
                Add(TemplateRoot.Run, null, token);
                if (next.IsName && !RunFields.Names.Contains(next.Text))
                {
                    Report(next, ProblemCodes.ExpressionSyntax, "'run' has no such field.", DidYouMean.Hint(next.Text, RunFields.Names, "Use one of its fields."));
                }

                break;
            case "body":
                AddStep(TemplateRoot.Body, token, next);
                break;
            case "steps":
                TakeSteps(token, next, At(i + 3).Is(".") ? At(i + 4) : default);
                break;
            default:
                Report(
                    token,
                    ProblemCodes.UnknownRoot,
                    $"{PrintableName.Quote(token.Text, "A word")} is nothing that an expression can reach.",
                    DidYouMean.Hint(token.Text, Roots, "Expressions reach input, steps, run, item, index and body. Names with hyphens stand in double quotes, texts in single quotes."));
                break;
        }
    }

    private void TakeSteps(ExpressionToken token, ExpressionToken step, ExpressionToken part)
    {
        var both = !step.IsName || !part.IsName;
        if (!both && part.Text is not ("result" or "input"))
        {
            Report(part, ProblemCodes.ExpressionSyntax, "A step offers 'result' and 'input' only.", "Write steps.STEP.result or steps.STEP.input.");
        }

        if (both || part.Text != "input")
        {
            AddStep(TemplateRoot.StepResult, token, step);
        }

        if (both || part.Text == "input")
        {
            AddStep(TemplateRoot.StepInput, token, step);
        }
    }

    private void AddStep(TemplateRoot root, ExpressionToken token, ExpressionToken step)
    {
        if (!step.IsName)
        {
            Add(root, null, token);
        }
        else if (Name.IsValid(step.Text))
        {
            Add(root, new StepId(step.Text), token);
        }
        else
        {
            Report(step, ProblemCodes.UnknownStep, "The name of a step is not well-formed.", "Name a step of this workflow.");
        }
    }

    private void Add(TemplateRoot root, StepId? step, ExpressionToken token) =>
        References.Add(new TemplateReference(root, step, [], step is { } id ? $"{token.Text}.{id}" : token.Text, _pointer, token.Offset));

    private void Report(ExpressionToken token, string code, string message, string fix) =>
        Problems.Add(new TemplateProblem(_pointer, token.Offset, code, message, fix));

    private void Open(string opener, bool root)
    {
        _frames.Push(_frame);
        _frame = new Frame(opener, root);
    }

    private void Close()
    {
        var closed = _frame;
        _frame = _frames.Pop();
        _frame.Multiply(closed.Opener is "[?" or "[0" ? 1 : closed.Growth);
    }

    /// <summary>JSON in backticks is read by a library that turns such strings into times.</summary>
    private static bool HoldsTime(string literal)
    {
        if (literal[0] != '`')
        {
            return false;
        }

        for (var i = literal.IndexOf('T', StringComparison.Ordinal); i >= 0; i = literal.IndexOf('T', i + 1))
        {
            if (i >= 3 && char.IsAsciiDigit(literal[i - 1]) && char.IsAsciiDigit(literal[i - 2]) && literal[i - 3] == '-')
            {
                return true;
            }
        }

        return literal.Contains("/Date(", StringComparison.Ordinal);
    }

    /// <summary>An open bracket.</summary>
    private sealed class Frame
    {
        private readonly bool _root;
        private long _done;
        private long _product = 1;

        public Frame(string opener, bool root)
        {
            Opener = opener;
            Root = _root = root;
        }

        public string Opener { get; }

        /// <summary>Whether names here stand for roots.</summary>
        public bool Root { get; set; }

        /// <summary>What stands side by side adds up; what follows one another multiplies.</summary>
        public long Growth => _done + _product;

        public void Multiply(long factor) => _product = Math.Min(_product * factor, 1_000_000);

        public void Next()
        {
            _done = Math.Min(_done + _product, 1_000_000);
            _product = 1;
            Root = _root;
        }
    }
}
