using System.Reflection;
using AgentRuntime.Audit;
using AgentRuntime.Runs;
using AgentRuntime.Secrets;

namespace AgentRuntime.Core.Tests.Invariants;

/// <summary>Rules about what the public types may hold and hand out. A new member that breaks one is a decision, not an accident.</summary>
public sealed class PublicShapeTests
{
    private static readonly Assembly Core = typeof(RunEvent).Assembly;

    // Names, hashes and codes of our own; whatever comes from outside is a scrubbed type.
    private static readonly HashSet<string> PlainText = new(StringComparer.Ordinal)
    {
        "TraceId", "Workflow", "WorkflowSha256", "Principal", "Tool", "Credential", "CredentialVersion", "Code", "Step", "Pointer",
        "Id", "Store", "StoreRequestId", "TokenAccessor",
    };

    [Fact]
    public void Free_text_in_events_and_audit_entries_is_scrubbed_by_its_type()
    {
        var recorded = Core.GetTypes().Where(type => type.IsSubclassOf(typeof(RunEvent))).Concat([typeof(RunError), typeof(AuditDraft)]).ToList();
        Assert.True(recorded.Count >= 14);
        var plain = recorded.SelectMany(type => type.GetProperties()).Where(property => property.PropertyType == typeof(string));
        Assert.All(plain, property => Assert.Contains(property.Name, PlainText));

        var untyped = recorded.SelectMany(type => type.GetProperties()).Where(property =>
            property.PropertyType == typeof(object) || property.PropertyType == typeof(System.Text.Json.JsonElement) || property.PropertyType == typeof(byte[]));
        Assert.Empty(untyped);
    }

    [Fact]
    public void Only_a_lease_and_the_material_of_a_store_hand_out_a_secret_value()
    {
        var found = Core.GetExportedTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => Mentions(method.ReturnType, typeof(SecretValue)))
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}")
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);

        Assert.Equal(["Lease.Field", "SecretMaterial.get_Fields", "SecretValue.Copy", "SecretValue.CopyUtf8", "SecretValue.Duplicate"], found);
    }

    private static bool Mentions(Type type, Type wanted) =>
        type == wanted || type.GetGenericArguments().Any(argument => Mentions(argument, wanted)) || (type.GetElementType() is { } element && Mentions(element, wanted));
}
