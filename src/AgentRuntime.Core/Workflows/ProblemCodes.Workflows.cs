namespace AgentRuntime.Workflows;

/// <summary>The codes of workflow definitions.</summary>
public static partial class ProblemCodes
{
    /// <summary>Two steps of one list, or of a loop inside a loop, have the same id.</summary>
    public const string DuplicateStepId = "duplicate_step_id";

    /// <summary><c>depends_on</c> names a step that is not in the list.</summary>
    public const string UnknownDependency = "unknown_dependency";

    /// <summary>A step depends on itself.</summary>
    public const string SelfDependency = "self_dependency";

    /// <summary>Steps wait for each other in a circle.</summary>
    public const string DependencyCycle = "dependency_cycle";

    /// <summary>A template that cannot be read.</summary>
    public const string TemplateSyntax = "template_syntax";

    /// <summary>A template or expression that begins with a word that names nothing.</summary>
    public const string UnknownRoot = "unknown_root";

    /// <summary>A template in a member name.</summary>
    public const string TemplateInKey = "template_in_key";

    /// <summary><c>omit</c> where there is no member or item to leave out.</summary>
    public const string MisplacedOmit = "misplaced_omit";

    /// <summary>A JMESPath expression that cannot be read.</summary>
    public const string ExpressionSyntax = "expression_syntax";

    /// <summary>A JMESPath expression that is too long, too deep, or multiplies its input too often.</summary>
    public const string ExpressionTooComplex = "expression_too_complex";

    /// <summary>A function that JMESPath or this runtime does not offer.</summary>
    public const string UnknownFunction = "unknown_function";

    /// <summary>A condition that mixes a template with other text.</summary>
    public const string ConditionSyntax = "condition_syntax";

    /// <summary>A template or expression uses the result of a step that does not exist.</summary>
    public const string UnknownStep = "unknown_step";

    /// <summary>A template or expression uses the result of a step that need not have ended before.</summary>
    public const string NotAnAncestor = "not_an_ancestor";

    /// <summary><c>item</c>, <c>index</c> or <c>body</c> outside the body of a <c>for_each</c>.</summary>
    public const string OutsideLoop = "outside_loop";

    /// <summary>A JSON Schema keyword that is not enforced here.</summary>
    public const string SchemaKeywordNotSupported = "schema_keyword_not_supported";

    /// <summary>A JSON Schema keyword with a value it cannot have.</summary>
    public const string SchemaInvalid = "schema_invalid";

    /// <summary>A JSON Schema reference that leaves the document or leads nowhere.</summary>
    public const string SchemaReference = "schema_reference";

    /// <summary>A step type that this version does not run yet.</summary>
    public const string StepTypeNotAvailable = "step_type_not_available";

    /// <summary>A step type that does not exist.</summary>
    public const string UnknownStepType = "unknown_step_type";

    /// <summary>A server without a manifest.</summary>
    public const string UnknownServer = "unknown_server";

    /// <summary>A server URL that belongs to several manifests.</summary>
    public const string AmbiguousServer = "ambiguous_server";

    /// <summary>A tool that the manifest does not list.</summary>
    public const string UnknownTool = "unknown_tool";

    /// <summary>Two members that exclude each other, or none of several of which one is needed.</summary>
    public const string ExactlyOne = "exactly_one";

    /// <summary>The workflow's name is not the file's name.</summary>
    public const string NameMismatch = "name_mismatch";

    /// <summary>A time that is not RFC 3339.</summary>
    public const string BadTime = "bad_time";
}
