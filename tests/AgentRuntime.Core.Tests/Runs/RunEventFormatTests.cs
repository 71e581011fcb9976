using System.Text.Json;
using AgentRuntime.Core.Tests.Golden;
using AgentRuntime.Runs;
using AgentRuntime.TestKit.Storage;

namespace AgentRuntime.Core.Tests.Runs;

/// <summary>The stored form of run events is frozen: what was written stays readable.</summary>
public sealed class RunEventFormatTests
{
    public static TheoryData<string> Types => [.. JournalSamples.EveryEvent().Keys];

    [Theory]
    [MemberData(nameof(Types))]
    public void Writes_what_the_golden_file_says(string type) =>
        GoldenFile.AssertIs($"run-event.{type}.json", RunEventJson.Serialize(JournalSamples.EveryEvent()[type]));

    [Theory]
    [MemberData(nameof(Types))]
    public void Reads_the_golden_file_back_to_the_same_event(string type)
    {
        var read = RunEventJson.Deserialize(GoldenFile.Read($"run-event.{type}.json"));
        Assert.Equal(JournalSamples.EveryEvent()[type].GetType(), read.GetType());
        GoldenFile.AssertIs($"run-event.{type}.json", RunEventJson.Serialize(read));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void The_schema_names_the_members_that_are_written(string type)
    {
        using var schema = SchemaResource.Open("run-event.v1.json");
        using var golden = JsonDocument.Parse(GoldenFile.Read($"run-event.{type}.json"));
        var definition = schema.RootElement.GetProperty("$defs").GetProperty(type);
        Assert.Equal(
            golden.RootElement.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal),
            definition.GetProperty("properties").EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_kind_of_event_has_a_golden_file()
    {
        var kinds = typeof(RunEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(RunEvent)) && !type.IsAbstract);
        Assert.Equal(
            kinds.Select(kind => kind.Name).Order(StringComparer.Ordinal),
            JournalSamples.EveryEvent().Values.Select(e => e.GetType().Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Refuses_a_member_that_it_does_not_know() =>
        Assert.Throws<JsonException>(() => RunEventJson.Deserialize("""{"type":"run_cancelled","reason":"x","extra":1}"""u8));
}
