using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using AgentRuntime.Json;

namespace AgentRuntime.Workflows.Templates;

/// <summary>A JSON value with its templates read once, to be resolved many times. Immutable; thread-safe.</summary>
/// <remarks>
/// Resolving reaches only what the <see cref="TemplateScope"/> holds: there are no functions, no code, no environment and no credentials.
/// A string that is one template keeps the type of what it resolves to. Inside a longer text, strings stand as they are, numbers and booleans in
/// their JSON form, objects and arrays as compact JSON; null has no form there and needs a default.
/// </remarks>
public sealed class CompiledValue
{
    /// <summary>The deepest nesting of a resolved value.</summary>
    internal const int MaxDepth = 512;

    private readonly string _pointer;
    private readonly TemplateNode _root;

    private CompiledValue(string pointer, TemplateNode root, IReadOnlyList<TemplateReference> references)
    {
        _pointer = pointer;
        _root = root;
        References = references;
    }

    /// <summary>Every reference in the value, in document order.</summary>
    public IReadOnlyList<TemplateReference> References { get; }

    /// <summary>Whether there is no template: then resolving costs nothing.</summary>
    public bool IsLiteral => _root is LiteralNode;

    /// <summary>Whether it is a string that is one template.</summary>
    public bool IsWhole => _root is WholeNode;

    /// <summary>Compiles a value of a checked definition.</summary>
    /// <param name="value">The value, from a document that stays alive.</param>
    /// <param name="pointer">Its JSON pointer in the definition, for errors.</param>
    /// <exception cref="ArgumentException">A template has a problem.</exception>
    public static CompiledValue Compile(JsonElement value, string pointer) =>
        TryCompile(value, pointer, out var compiled, out var problems)
            ? compiled
            : throw new ArgumentException($"A template has a problem at {problems[0].Pointer}: {problems[0].Message}", nameof(value));

    /// <summary>Compiles a value, or gives everything that is wrong with its templates.</summary>
    public static bool TryCompile(JsonElement value, string pointer, [NotNullWhen(true)] out CompiledValue? compiled, out IReadOnlyList<TemplateProblem> problems)
    {
        var compiler = new TemplateCompiler();
        var root = compiler.Compile(value, pointer, omittable: false);
        problems = compiler.Problems;
        compiled = compiler.Problems.Count == 0 ? new CompiledValue(pointer, root, compiler.References) : null;
        return compiled is not null;
    }

    /// <summary>The value with every template replaced, or the first template that has no value.</summary>
    public TemplateResult Resolve(TemplateScope scope)
    {
        if (_root is LiteralNode literal)
        {
            return TemplateResult.Of(literal.Value);
        }

        try
        {
            return _root is WholeNode whole ? Resolve(whole, scope) : Write(scope);
        }
        catch (Exception error) when (error is JsonException or (InvalidOperationException and not ObjectDisposedException))
        {
            // Tools may answer with strings that are no Unicode text (half a surrogate pair), or with very deep values.
            return TemplateResult.Unresolved(new UnresolvedTemplate(
                _pointer,
                string.Empty,
                "A value is no Unicode text, or the resolved value is nested too deeply. Pass on only the part of the result that is needed."));
        }
    }

    private static TemplateResult Resolve(WholeNode whole, TemplateScope scope)
    {
        var (value, error) = whole.Resolve(scope);
        return error is null ? TemplateResult.Of(value.GetValueOrDefault()) : TemplateResult.Unresolved(error);
    }

    private TemplateResult Write(TemplateScope scope)
    {
        using var buffer = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true, MaxDepth = MaxDepth }))
        {
            if (_root.Write(writer, scope) is { } error)
            {
                return TemplateResult.Unresolved(error);
            }
        }

        return TemplateResult.Of(JsonElement.Parse(buffer.Span, new JsonDocumentOptions { MaxDepth = MaxDepth }));
    }
}
