using System.Text;
using System.Text.Json;
using AgentRuntime.Scrubbing;
using static AgentRuntime.Core.Tests.Scrubbing.ScrubbingSamples;

namespace AgentRuntime.Core.Tests.Scrubbing;

public sealed class ScrubberTests
{
    private const string Value = "q7W-x9Rk/2+mZ p\"4v&Lt'8";

    public static TheoryData<string> Forms => new(FormsOf(Value));

    [Theory]
    [MemberData(nameof(Forms))]
    public void Redacts_every_form(string form) =>
        Assert.Equal($"a {Label} z", Knowing(Value).Scrub($"a {form} z"));

    [Fact]
    public void Clean_text_is_the_same_reference()
    {
        const string Text = "Nothing of interest stands here, only words and 12345 numbers.";
        Assert.Same(Text, Knowing(Value).Scrub(Text));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Base64_of_a_longer_text_shows_no_piece_of_the_value_at_any_alignment(int alignment)
    {
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('u', alignment) + Value + "\n"));
        var clean = Knowing(Value).Scrub(encoded);
        Assert.Contains(Label, clean, StringComparison.Ordinal);
        Assert.True(clean.Length - Label.Length <= 6, "Only the quanta that the neighbours share may stay.");
    }

    [Fact]
    public void A_match_that_fell_back_over_a_chunk_border_is_found()
    {
        var scrubber = Knowing("ab9Zk3pQ");
        Assert.Equal($"xa{Label}y", Streamed(scrubber, "xaab9Zk3pQy", [3]));
    }

    [Fact]
    public void A_piece_of_sixteen_bytes_is_redacted()
    {
        var scrubber = Knowing("k3Hq8ZrT1mVw5YxP7nBc2JdF");
        Assert.Equal($"cut: {Label}", scrubber.Scrub("cut: k3Hq8ZrT1mVw5YxP7n"));
        Assert.Equal($"cut: {Label} end", scrubber.Scrub("cut: ZrT1mVw5YxP7nBc2JdF end"));
    }

    [Fact]
    public void Splits_over_neighbouring_content_blocks_are_redacted_in_both()
    {
        var scrubber = Knowing("k3Hq8ZrT1mVw5YxP7nBc2JdF");
        var json = JsonElement.Parse("""{"content":[{"type":"text","text":"A k3Hq8ZrT1mV"},{"type":"text","text":"w5YxP7nBc2JdF Z"}]}""");
        Assert.Equal(
            $$"""{"content":[{"type":"text","text":"A {{Label}}"},{"type":"text","text":"{{Label}} Z"}]}""",
            scrubber.Scrub(json).Element.GetRawText());
    }

    [Fact]
    public void Clean_json_is_the_same_element()
    {
        var json = JsonElement.Parse("""{ "a" : [1, "two", { "b": null }] }""");
        Assert.Equal(json.GetRawText(), Knowing(Value).Scrub(json).Element.GetRawText());
    }

    [Fact]
    public void A_text_is_cut_after_it_was_scrubbed_so_that_no_piece_of_a_value_is_left_at_the_cut()
    {
        foreach (var before in Enumerable.Range(60, 60))
        {
            var clean = Knowing(Value).Scrub(new UntrustedText($"{new string('.', before)}{Value} and more", 100)).Text;

            Assert.DoesNotContain(Value[..4], clean, StringComparison.Ordinal);
            Assert.True(clean.Length <= 103, clean);
        }
    }

    [Fact]
    public void A_cut_leaves_no_half_of_a_character() =>
        Assert.Equal("aa...", Knowing(Value).Scrub(new UntrustedText("aa\U0001F511 and more", 3)).Text);

    [Fact]
    public void Old_versions_stay_redacted_after_a_rotation()
    {
        var scrubber = new Scrubber(new ScrubberOptions { Shapes = false });
        scrubber.Register(Material("k3Hq8ZrT1mVw5YxP7nBc2JdF", version: "1"));
        scrubber.Register(Material("P0wQ9eR8tY7uI6oA5sD4fG3h", version: "2"));
        Assert.Equal("[redacted:crm/read#v1] [redacted:crm/read#v2]", scrubber.Scrub("k3Hq8ZrT1mVw5YxP7nBc2JdF P0wQ9eR8tY7uI6oA5sD4fG3h"));
    }

    private static IEnumerable<string> FormsOf(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        yield return value;
        yield return JsonSerializer.Serialize(value)[1..^1];
        yield return JsonSerializer.Serialize(JsonSerializer.Serialize(value))[7..^7];
        yield return Uri.EscapeDataString(value);
        yield return System.Net.WebUtility.UrlEncode(value);
        yield return System.Net.WebUtility.HtmlEncode(value);
        yield return Convert.ToHexString(bytes);
        yield return Convert.ToHexStringLower(bytes);
        yield return string.Concat(bytes.Select(b => $"\\x{b:x2}"));
        yield return string.Concat(value.Select(c => $"\\u{(int)c:x4}"));
        yield return value.Replace("'", "'\\''");
        yield return BitConverter.ToString(bytes);
    }
}
