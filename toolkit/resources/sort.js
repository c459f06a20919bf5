// Click a column's heading to sort a table by it; click again for the other way round.
document.querySelectorAll("table.sortable").forEach(function (table) {
  var heads = table.querySelectorAll("thead th");
  heads.forEach(function (head, column) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.textContent = "";
    head.appendChild(button);
    button.addEventListener("click", function () {
      var up = head.getAttribute("aria-sort") !== "ascending";
      heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      var body = table.tBodies[0];
      var value = function (row) { return row.cells[column].textContent.trim(); };
      Array.from(body.rows).sort(function (a, b) {
        var x = value(a), y = value(b), m = parseFloat(x), n = parseFloat(y);
        var order = isNaN(m) || isNaN(n) ? x.localeCompare(y) : m - n;
        return up ? order : -order;
      }).forEach(function (row) { body.appendChild(row); });
    });
  });
});
